// SPDX-License-Identifier: MIT
// The only file that knows libBigWig (https://github.com/dpryan79/libBigWig).
#include <bigWig.h>
#include <fmt/core.h>

#include <cerrno>
#include <cstdio>

#include "base/error.hpp"
#include "base/unique_handle.hpp"
#include "exports/formats/layouts.hpp"
#include "exports/tracks.hpp"
#include "store/posix_file.hpp"

namespace shoal::exports {

namespace {

constexpr int zoom_levels = 10;

struct BigWigTraits {
  using type = bigWigFile_t*;
  static type null() { return nullptr; }
  static void release(type file) { bwClose(file); }
};
using BigWig = UniqueHandle<BigWigTraits>;

BigWig open(std::string const& path, char const* mode) {
  return BigWig(bwOpen(path.c_str(), nullptr, mode));
}

void write_header(bigWigFile_t* file, genome::ContigSizes const& sizes, std::string const& path) {
  std::vector<char const*> names;
  std::vector<std::uint32_t> lengths;
  for (auto const& [name, length] : sizes) {
    if (length > UINT32_MAX) {
      fail(ErrorCode::config, fmt::format("the contig {} has {} bases: bigWig holds 2^32 - 1", name, length));
    }
    names.push_back(name.c_str());
    lengths.push_back(static_cast<std::uint32_t>(length));
  }
  bool made = bwCreateHdr(file, zoom_levels) == 0;
  if (made) file->cl = bwCreateChromList(names.data(), lengths.data(), static_cast<std::int64_t>(names.size()));
  made = made && file->cl != nullptr && bwWriteHdr(file) == 0;
  if (!made) store::fail_write(path, errno);
}

// Closing reports nothing, so the finished file must open and cover what was written.
void check_finished(std::string const& temporary, std::string const& path, std::uint64_t bases) {
  BigWig const file = open(temporary, "r");
  if (!file || file.get()->hdr->nBasesCovered != bases) {
    fail(ErrorCode::output, fmt::format("cannot write {}: the finished bigWig is not whole; is the disk full?", path));
  }
}

void write_file(ExportSource const& source, genome::ContigSizes const& sizes, std::string const& path,
                std::string const& temporary) {
  auto const pieces = track_pieces(source, sizes);
  BigWig file = open(temporary, "w");
  if (!file) store::fail_write(path, errno);
  write_header(file.get(), sizes, path);
  std::uint64_t bases = 0;
  for_each_run(source, pieces, [&](std::string const& contig, std::int64_t start, std::span<float const> values) {
    bases += values.size();
    int const status = bwAddIntervalSpanSteps(file.get(), contig.c_str(), static_cast<std::uint32_t>(start), 1, 1,
                                              values.data(), static_cast<std::uint32_t>(values.size()));
    if (status != 0) store::fail_write(path, errno);
  });
  file.reset();
  check_finished(temporary, path, bases);
}

}  // namespace

void export_bigwig(ExportSource const& source, genome::ContigSizes const& sizes, std::string const& path) {
  expect_rows(source);
  if (path.empty()) fail(ErrorCode::config, "no --output was given: bigWig does not go to standard output");
  if (sizes.empty()) fail(ErrorCode::config, "bigWig needs the contigs' sizes: give --genome or --chrom-sizes");
  std::string const temporary = path + ".partial";
  if (bwInit(1 << 17) != 0) fail(ErrorCode::internal, "libBigWig cannot start");
  try {
    write_file(source, sizes, path, temporary);
  } catch (...) {
    std::remove(temporary.c_str());
    throw;
  }
  store::publish(temporary, path);
}

}  // namespace shoal::exports
