// SPDX-License-Identifier: MIT
#include "store/file/shards.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/file/digest.hpp"

namespace shoal::store {

namespace {

namespace fs = std::filesystem;

constexpr char mark[] = ".shard-";

std::string shard_name(fs::path const& index, std::int64_t number, std::int64_t shards) {
  std::string const total = std::to_string(shards);
  return fmt::format("{}{}{:0{}}-of-{}{}", index.stem().string(), mark, number, total.size(), total,
                     index.extension().string());
}

// True for STEM.shard-K-of-N.EXTENSION of this index.
bool is_shard_name(fs::path const& index, std::string const& name) {
  std::string const front = index.stem().string() + mark;
  std::string const back = index.extension().string();
  if (!name.starts_with(front) || !name.ends_with(back) || name.size() < front.size() + back.size()) return false;
  std::string_view const middle = std::string_view(name).substr(front.size(), name.size() - front.size() - back.size());
  auto const border = middle.find("-of-");
  if (border == std::string_view::npos) return false;
  auto const is_number = [](std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return is_number(middle.substr(0, border)) && is_number(middle.substr(border + 4));
}

// What the shard at `place` (from 0) has to say of itself.
PartOfStore part_of(Header const& whole, std::vector<Shard> const& shards, std::size_t place) {
  PartOfStore part{.number = static_cast<std::int64_t>(place) + 1,
                   .shards = static_cast<std::int64_t>(shards.size()),
                   .first = 0,
                   .whole = {}};
  for (std::size_t before = 0; before < place; ++before) part.first += shards[before].rows;
  Header in_one_file = whole;
  in_one_file.shards.clear();
  part.whole = header_digest(in_one_file);
  return part;
}

}  // namespace

std::vector<Shard> divide_into_shards(std::string const& index_path, std::int64_t rows, std::int64_t shards) {
  if (shards < 1 || shards > std::min(rows, most_shards)) {
    fail(ErrorCode::config, fmt::format("--shards {}: choose from 1 to {}: a store of {} loci has at most {} shards",
                                        shards, std::min(rows, most_shards), rows, std::min(rows, most_shards)));
  }
  std::vector<Shard> all;
  for (std::int64_t shard = 0; shard < shards; ++shard) {
    std::int64_t const first = rows * shard / shards;
    all.push_back({shard_name(index_path, shard + 1, shards), rows * (shard + 1) / shards - first});
  }
  return all;
}

std::string shard_path(std::string const& index_path, Shard const& shard) {
  return (fs::path(index_path).parent_path() / shard.file).string();
}

Header shard_header(Header const& whole, std::vector<Shard> const& shards, std::size_t number,
                    std::string loci_digest) {
  Header header = whole;
  header.shards.clear();
  header.schema.loci = shards[number].rows;
  header.loci_digest = std::move(loci_digest);
  header.part = part_of(whole, shards, number);
  return header;
}

void check_shards(Header const& index, std::string const& index_path) {
  std::int64_t rows = 0;
  for (std::size_t place = 0; place < index.shards.size(); ++place) {
    Shard const& shard = index.shards[place];
    std::string const path = shard_path(index_path, shard);
    auto const refuse = [&](std::string const& why) {
      fail(ErrorCode::input, fmt::format("shard {} of {} of the store {}, the file {}, {}", place + 1,
                                         index.shards.size(), index_path, path, why));
    };
    if (!fs::exists(path)) refuse("is missing: shards belong into the folder of their index");
    Header const header = read_header(hdf5::open_read_only(path).get(), path);
    PartOfStore const expected = part_of(index, index.shards, place);
    if (!header.part || header.part->whole != expected.whole) refuse("belongs to another store");
    if (header.part->number != expected.number || header.part->shards != expected.shards ||
        header.part->first != expected.first || header.schema.loci != shard.rows) {
      refuse(fmt::format("is shard {} of {} of it", header.part->number, header.part->shards));
    }
    rows += shard.rows;
  }
  if (!index.shards.empty() && rows != index.schema.loci) {
    fail(ErrorCode::input, fmt::format("{} is a damaged Shoal store: its shards have {} rows and not {}", index_path,
                                       rows, index.schema.loci));
  }
}

void remove_other_shards(std::string const& index_path, std::vector<Shard> const& kept) {
  fs::path const index = fs::absolute(index_path);
  std::error_code ignored;
  for (auto const& entry : fs::directory_iterator(index.parent_path(), ignored)) {
    std::string const name = entry.path().filename().string();
    bool const is_kept = std::any_of(kept.begin(), kept.end(), [&](Shard const& shard) { return shard.file == name; });
    if (!is_kept && is_shard_name(index, name)) fs::remove(entry.path(), ignored);
  }
}

}  // namespace shoal::store
