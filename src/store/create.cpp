// SPDX-License-Identifier: MIT
// Making a store: all ranks together, under a temporary name, complete or not at all.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "hdf5/text.hpp"
#include "mpi/agree.hpp"
#include "store/constants.hpp"
#include "store/header.hpp"
#include "store/posix_file.hpp"
#include "store/row_file.hpp"

namespace shoal::store {

namespace {

// What every rank must hold alike before they enter HDF5's collective calls.
std::string fingerprint(std::string const& path, Schema const& schema, Provenance const& provenance,
                        std::span<genome::Locus const> loci) {
  Digest digest;
  digest.update(path);
  for (auto const& [key, value] : provenance) {
    digest.update(key);
    digest.update(value);
  }
  for (std::int64_t const number : {schema.loci, schema.length, schema.keep_y}) digest.update(number);
  for (ModelSchema const& model : schema.models) {
    digest.update(model.name);
    for (TaskSchema const& task : model.tasks) digest.update(task.name);
  }
  for (MethodSchema const& method : schema.methods) {
    digest.update(method.name);
    for (std::string const& scalar : method.scalars) digest.update(scalar);
    for (ArraySchema const& array : method.arrays) {
      digest.update(description_of(array));
      for (auto const& [key, text] : array.notes) digest.update(key + "=" + text);
    }
    for (ConstantArray const& constant : method.constants) {
      digest.update(description_of(constant));
      std::visit([&](auto const& numbers) { digest.update(std::as_bytes(std::span(numbers))); }, constant.values);
    }
    for (auto const& [key, text] : method.notes) digest.update(key + "=" + text);
  }
  for (std::string const& scalar : schema.task_scalars) digest.update(scalar);
  for (genome::Locus const& locus : loci) {
    digest.update(locus.contig);
    digest.update(locus.start);
    digest.update(locus.end);
    digest.update(std::string_view(&locus.strand, 1));
    digest.update(locus.name);
  }
  return digest.hex();
}

LocusWidths widths_of(std::span<genome::Locus const> loci) {
  LocusWidths widths;
  for (genome::Locus const& locus : loci) {
    widths.chrom = std::max(widths.chrom, static_cast<std::int64_t>(locus.contig.size()));
    widths.name = std::max(widths.name, static_cast<std::int64_t>(locus.name.size()));
  }
  return widths;
}

void make_datasets(hid_t file, Schema const& schema, Layout const& layout) {
  for (Column const& column : layout.columns()) {
    auto const dataset = hdf5::RowDataset::create(file, column.path, schema.loci, column.type);
    for (auto const& [key, text] : column.attributes) hdf5::write_text(dataset.id(), key, text);
  }
  auto const checksum = hdf5::RowDataset::create(file, checksum_path, schema.loci, checksum_type());
  hdf5::write_text(checksum.id(), "definition",
                   "XXH3-64 of the row's bytes in every dataset: /loci (chrom, start, end, strand, name, sequence, "
                   "status, message), then /models in schema order; 0 until written");
}

// Reads the file back as a stranger would: HDF5 may have lost a write error on the way.
void check_readable(std::string const& path, Schema const& schema, Provenance const& provenance) {
  try {
    auto const file = hdf5::open_read_only(path);
    Header header = read_header(file.get(), path);
    expect(header.provenance == provenance, "a new store's provenance does not read back");
    RowFile const rows(file.get(), header.schema, Layout(header.schema, header.widths));
    expect(header.schema.loci == schema.loci, "a new store's size does not read back");
  } catch (Error const& error) {
    fail(ErrorCode::output, fmt::format("the new store does not read back: {}", error.what()));
  }
}

// The steps of one creation; each ends with all ranks agreeing that it worked everywhere.
class Creation {
 public:
  Creation(mpi::Communicator const& communicator, std::string path, Schema const& schema, Provenance const& provenance,
           std::span<genome::Locus const> loci)
      : communicator_(communicator),
        path_(std::move(path)),
        temporary_(path_ + ".partial"),
        schema_(schema),
        provenance_(provenance),
        loci_(loci) {}

  void run() {
    check_input();
    try {
      on_first_rank([&] { prepare(); });
      mpi::together(communicator_, [&] { build(); });
      on_first_rank([&] { reserve(descriptor_, path_); });
      on_first_rank([&] { write_what_is_known(); });
      mpi::together(communicator_, [&] { close_file(); });
      on_first_rank([&] { finish(); });
    } catch (...) {
      rows_.reset();
      constants_.clear();
      file_.reset();
      if (communicator_.rank() == 0 && made_) std::remove(temporary_.c_str());
      communicator_.barrier();
      throw;
    }
  }

 private:
  template <class Work>
  void on_first_rank(Work const& work) {
    mpi::together(communicator_, [&] {
      if (communicator_.rank() == 0) work();
    });
  }

  void check_input() {
    std::string mine;
    mpi::together(communicator_, [&] {
      expect(static_cast<std::int64_t>(loci_.size()) == schema_.loci, "the schema counts other loci than the table");
      layout_.emplace(schema_, widths_of(loci_));
      mine = fingerprint(path_, schema_, provenance_, loci_);
    });
    mpi::together(communicator_, [&, first = communicator_.broadcast(mine)] {
      expect(first == mine, "the ranks of this job disagree on what the store is to hold");
    });
  }

  void prepare() {
    descriptor_ = open_file(temporary_);
    made_ = true;
    check_free_space(temporary_, predicted_bytes(schema_));
  }

  void build() {
    file_ = hdf5::create_file(communicator_, temporary_);
    write_header(file_.get(), schema_, provenance_);
    make_datasets(file_.get(), schema_, *layout_);
    for (MethodSchema const& method : schema_.methods) {
      for (ConstantArray const& constant : method.constants) {
        constants_.push_back(create_constant(file_.get(), method, constant));
      }
    }
    hdf5::flush(file_, path_);
    rows_.emplace(file_.get(), schema_, *layout_);
  }

  void write_what_is_known() {
    rows_->write_loci(0, loci_);
    auto dataset = constants_.begin();
    for (MethodSchema const& method : schema_.methods) {
      for (ConstantArray const& constant : method.constants) write_constant(*dataset++, constant);
    }
  }

  void close_file() {
    rows_.reset();
    constants_.clear();
    hdf5::close(std::move(file_), path_);
  }

  void finish() {
    sync_data(descriptor_, path_);
    check_readable(temporary_, schema_, provenance_);
    publish(temporary_, path_);
  }

  mpi::Communicator const& communicator_;
  std::string path_;
  std::string temporary_;
  Schema const& schema_;
  Provenance const& provenance_;
  std::span<genome::Locus const> loci_;
  std::optional<Layout> layout_;
  Descriptor descriptor_;
  bool made_ = false;  // the temporary file is ours to remove
  hdf5::File file_;
  std::optional<RowFile> rows_;
  std::vector<hdf5::RowDataset> constants_;  // of all methods, in schema order
};

}  // namespace

void Writer::create_collective(mpi::Communicator const& communicator, std::string const& path, Schema const& schema,
                               Provenance const& provenance, std::span<genome::Locus const> loci) {
  Creation(communicator, path, schema, provenance, loci).run();
}

}  // namespace shoal::store
