// SPDX-License-Identifier: MIT
// Making a store: all ranks together, under temporary names, completely or not at all.
#include <algorithm>
#include <cstdio>
#include <optional>

#include "base/error.hpp"
#include "mpi/agree.hpp"
#include "store/file/digest.hpp"
#include "store/file/file_creation.hpp"
#include "store/file/shards.hpp"
#include "store/file/store_rows.hpp"
#include "store/posix_file.hpp"
#include "store/writer.hpp"

namespace shoal::store {

namespace {

using Loci = std::span<genome::Locus const>;

LocusWidths widths_of(Loci loci) {
  LocusWidths widths;
  for (genome::Locus const& locus : loci) {
    widths.chrom = std::max(widths.chrom, static_cast<std::int64_t>(locus.contig.size()));
    widths.name = std::max(widths.name, static_cast<std::int64_t>(locus.name.size()));
  }
  return widths;
}

std::string digest_of(Loci loci) {
  LociDigest digest;
  for (genome::Locus const& locus : loci) digest.add(locus);
  return digest.hex();
}

class Creation {
 public:
  Creation(mpi::Communicator const& communicator, std::string path, FileOptions const& files)
      : communicator_(communicator), path_(std::move(path)), files_(files) {}

  void run(Schema const& schema, Provenance const& provenance, Loci loci) {
    check_input(schema, provenance, loci);
    try {
      if (header_.shards.empty()) {
        make_file_collective(communicator_, path_, header_, loci, files_.hints);
      } else {
        make_shards(loci);
      }
      mpi::on_first_rank(communicator_, [&] { publish_all(); });
    } catch (...) {
      if (communicator_.rank() == 0) remove_shards();
      communicator_.barrier();
      throw;
    }
  }

 private:
  // What must be equal on every rank before the ranks enter HDF5's collective calls.
  void check_input(Schema const& schema, Provenance const& provenance, Loci loci) {
    std::string mine;
    mpi::together(communicator_, [&] {
      expect(static_cast<std::int64_t>(loci.size()) == schema.loci, "the schema counts other loci than the table");
      header_ = {.schema = schema,
                 .provenance = provenance,
                 .widths = widths_of(loci),
                 .loci_digest = digest_of(loci),
                 .part = std::nullopt};
      Layout const layout(header_.schema, header_.widths);
      predicted_bytes(schema);
      if (files_.shards != 1) header_.shards = divide_into_shards(path_, schema.loci, files_.shards);
      mine = path_ + '\n' + header_digest(header_);
    });
    mpi::together(communicator_, [&, first = communicator_.broadcast(mine)] {
      expect(first == mine, "the ranks of this job disagree on what the store is to hold");
    });
  }

  void make_shards(Loci loci) {
    mpi::on_first_rank(communicator_, [&] { check_free_space(path_, predicted_bytes(header_.schema)); });
    std::size_t first = 0;
    for (std::size_t shard = 0; shard < header_.shards.size(); ++shard) {
      auto const rows = static_cast<std::size_t>(header_.shards[shard].rows);
      Loci const theirs = loci.subspan(first, rows);
      Header const header = shard_header(header_, header_.shards, shard, digest_of(theirs));
      make_file_collective(communicator_, shard_path(path_, header_.shards[shard]), header, theirs, files_.hints);
      first += rows;
    }
    mpi::on_first_rank(communicator_, [&] { make_index_file(path_, header_); });
  }

  // The index comes last: if it is there, its shards are too. An older index goes first, because shards with its names
  // are replaced.
  void publish_all() {
    if (!header_.shards.empty()) {
      std::remove(path_.c_str());
      for (std::string const& shard : StoreRows::paths(header_, path_)) publish(temporary_name(shard), shard);
    }
    publish(temporary_name(path_), path_);
    published_ = true;
    remove_other_shards(path_, header_.shards);
  }

  // What a failed creation has made so far; a file that is being made removes itself.
  void remove_shards() const {
    if (published_ || header_.shards.empty()) return;
    for (std::string const& shard : StoreRows::paths(header_, path_)) std::remove(temporary_name(shard).c_str());
    std::remove(temporary_name(path_).c_str());
  }

  mpi::Communicator const& communicator_;
  std::string path_;
  FileOptions const& files_;
  Header header_;
  bool published_ = false;
};

}  // namespace

void Writer::create_collective(mpi::Communicator const& communicator, std::string const& path, Schema const& schema,
                               Provenance const& provenance, std::span<genome::Locus const> loci,
                               FileOptions const& files) {
  Creation(communicator, path, files).run(schema, provenance, loci);
}

}  // namespace shoal::store
