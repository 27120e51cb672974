// SPDX-License-Identifier: MIT
#include "store/file/file_creation.hpp"

#include <cstdio>
#include <optional>
#include <vector>

#include <fmt/core.h>

#include "base/error.hpp"
#include "hdf5/text.hpp"
#include "mpi/agree.hpp"
#include "store/file/constants.hpp"
#include "store/file/digest.hpp"
#include "store/file/row_file.hpp"
#include "store/file/store_rows.hpp"
#include "store/posix_file.hpp"

namespace shoal::store {

namespace {

void describe(hid_t dataset, std::map<std::string, std::string> const& attributes) {
  for (auto const& [key, text] : attributes) hdf5::write_text(dataset, key, text);
}

std::vector<hdf5::RowDataset> make_constants(hid_t file, Schema const& schema) {
  std::vector<hdf5::RowDataset> datasets;
  for (DescribedMethod const& each : described_methods(schema)) {
    for (attribution::ConstantArray const& constant : each.method->constants) {
      datasets.push_back(create_constant(file, each.group, constant));
    }
  }
  return datasets;
}

void write_constants(std::vector<hdf5::RowDataset> const& datasets, Schema const& schema) {
  auto dataset = datasets.begin();
  for (DescribedMethod const& each : described_methods(schema)) {
    for (attribution::ConstantArray const& constant : each.method->constants) write_constant(*dataset++, constant);
  }
}

// Reads the header back as a stranger would, because HDF5 may have lost a write error on the way. `check` examines the
// rest.
template <class Check>
void check_readable(std::string const& path, Header const& header, Check const& check) {
  try {
    auto const file = hdf5::open_read_only(path);
    Header const found = read_header(file.get(), path);
    expect(header_digest(found) == header_digest(header), "a new store does not read back as it was written");
    check(file);
  } catch (Error const& error) {
    fail(ErrorCode::output, fmt::format("the new store does not read back: {}", error.what()));
  }
}

// The steps of one creation. Each ends when all ranks agree that it worked everywhere.
class FileCreation {
 public:
  FileCreation(mpi::Communicator const& communicator, std::string const& path, Header const& header,
               std::span<genome::Locus const> loci, mpi::Hints const& hints)
      : communicator_(communicator),
        path_(path),
        temporary_(temporary_name(path)),
        header_(header),
        loci_(loci),
        hints_(hints) {}

  void run() {
    try {
      mpi::on_first_rank(communicator_, [&] { prepare(); });
      mpi::together(communicator_, [&] { build(); });
      mpi::on_first_rank(communicator_, [&] { reserve(descriptor_, path_); });
      mpi::on_first_rank(communicator_, [&] { write_what_is_known(); });
      mpi::together(communicator_, [&] { close_file(); });
      mpi::on_first_rank(communicator_, [&] { finish(); });
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
  void prepare() {
    descriptor_ = open_file(temporary_);
    made_ = true;
    check_free_space(temporary_, predicted_bytes(header_.schema));
  }

  void build() {
    file_ = hdf5::create_file(communicator_, temporary_, hints_);
    write_header(file_.get(), header_);
    Layout layout(header_.schema, header_.widths);
    for (RowsDescription const& rows : datasets_of(layout)) {
      describe(hdf5::RowDataset::create(file_.get(), rows.path, header_.schema.loci, rows.type).id(), rows.attributes);
    }
    constants_ = make_constants(file_.get(), header_.schema);
    hdf5::flush(file_, path_);
    rows_.emplace(file_.get(), header_.schema.loci, std::move(layout), hdf5::Storage::contiguous);
  }

  void write_what_is_known() {
    rows_->write_loci(0, loci_);
    write_constants(constants_, header_.schema);
  }

  void close_file() {
    rows_.reset();
    constants_.clear();
    hdf5::close(std::move(file_), path_);
  }

  void finish() {
    sync_data(descriptor_, path_);
    check_readable(temporary_, header_, [&](hdf5::File const& file) {
      RowFile const rows(file.get(), header_.schema.loci, Layout(header_.schema, header_.widths),
                         hdf5::Storage::contiguous);
    });
  }

  mpi::Communicator const& communicator_;
  std::string path_;
  std::string temporary_;
  Header const& header_;
  std::span<genome::Locus const> loci_;
  mpi::Hints const& hints_;
  Descriptor descriptor_;
  bool made_ = false;  // true if the temporary file is ours to remove
  hdf5::File file_;
  std::optional<RowFile> rows_;
  std::vector<hdf5::RowDataset> constants_;  // constants of all methods, in schema order
};

}  // namespace

std::string temporary_name(std::string const& path) {
  return path + ".partial";
}

void make_file_collective(mpi::Communicator const& communicator, std::string const& path, Header const& header,
                          std::span<genome::Locus const> loci, mpi::Hints const& hints) {
  FileCreation(communicator, path, header, loci, hints).run();
}

void make_file_alone(std::string const& path, Header const& header, MakeRows const& make) {
  hdf5::File file = hdf5::create_file_alone(temporary_name(path));
  write_header(file.get(), header);
  for (RowsDescription const& rows : datasets_of(Layout(header.schema, header.widths))) {
    describe(make(file.get(), rows).get(), rows.attributes);
  }
  write_constants(make_constants(file.get(), header.schema), header.schema);
  hdf5::flush(file, path);
  hdf5::close(std::move(file), path);
}

void make_index_file(std::string const& path, Header const& header) {
  Descriptor const descriptor = open_file(temporary_name(path));
  try {
    make_file_alone(path, header, [&](hid_t file, RowsDescription const& rows) {
      return hdf5::create_virtual(file, rows.path, rows.type, header.shards);
    });
    sync_data(descriptor, path);
    check_readable(temporary_name(path), header, [&](hdf5::File const& file) {
      for (RowsDescription const& rows : datasets_of(Layout(header.schema, header.widths))) {
        expect(hdf5::read_virtual(file.get(), rows.path) == header.shards, "a new index does not point to its shards");
      }
    });
  } catch (...) {
    std::remove(temporary_name(path).c_str());
    throw;
  }
}

}  // namespace shoal::store
