// SPDX-License-Identifier: MIT
// A small store's way to the disk, step by step: lock, space, parallel HDF5, reading back.
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <span>

#include "base/error.hpp"
#include "doctor/checks/checks.hpp"
#include "hdf5/file.hpp"
#include "hdf5/row_dataset.hpp"
#include "hdf5/version.hpp"
#include "mpi/agree.hpp"
#include "store/posix_file.hpp"

namespace shoal::doctor {

namespace {

constexpr char subject[] = "file system";
constexpr std::int64_t rows_per_rank = 16;
constexpr std::int64_t row_numbers = 512;
constexpr std::int64_t least_free_bytes = std::int64_t{64} << 20;

struct Step {
  char const* name;
  char const* advice;
};

// Runs a step on every rank; what any rank runs into is the finding. Collective.
template <class Work>
bool holds(mpi::Communicator const& world, Step const& step, Findings& findings, Work&& work) {
  try {
    mpi::together(world, std::forward<Work>(work));
    return true;
  } catch (Error const& error) {
    findings.push_back({Verdict::fault, subject, fmt::format("{}: {}", step.name, error.what()), step.advice});
    return false;
  }
}

std::vector<double> row_of(std::int64_t row) {
  std::vector<double> numbers(row_numbers);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    numbers[i] = static_cast<double>(row) + 1.0 / static_cast<double>(i + 1);
  return numbers;
}

hdf5::RowType row_type() {
  return {.kind = hdf5::ElementKind::float64, .shape = {row_numbers}};
}

void write_rows(mpi::Communicator const& world, std::string const& path) {
  hdf5::File file = hdf5::create_file(world, path);
  {
    auto const rows = hdf5::RowDataset::create(file.get(), "rows", rows_per_rank * world.size(), row_type());
    for (std::int64_t i = 0; i < rows_per_rank; ++i) {
      // Neighbouring rows by different ranks, as in a scan.
      std::int64_t const row = i * world.size() + world.rank();
      std::vector<double> const numbers = row_of(row);
      rows.write(row, std::as_bytes(std::span(numbers)));
    }
  }
  hdf5::flush(file, path);
  hdf5::close(std::move(file), path);
}

void read_rows(mpi::Communicator const& world, std::string const& path) {
  auto const file = hdf5::open_read_only(path);
  auto const rows = hdf5::RowDataset::open(file.get(), "rows", rows_per_rank * world.size(), row_type());
  std::vector<double> numbers(row_numbers);
  for (std::int64_t row = 0; row < rows.rows(); ++row) {
    rows.read(row, std::as_writable_bytes(std::span(numbers)));
    if (numbers == row_of(row)) continue;
    fail(ErrorCode::output, fmt::format("rank {} reads other numbers in row {} than rank {} wrote", world.rank(), row,
                                        row % world.size()));
  }
}

// Whether a second open file of this process is refused a lock that the first one holds.
bool locks_exclude(std::string const& path) {
  store::Descriptor const one = store::open_file(path);
  store::Descriptor const other = store::open_file(path);
  if (::flock(one.get(), LOCK_EX | LOCK_NB) != 0) return false;
  return ::flock(other.get(), LOCK_EX | LOCK_NB) != 0;
}

Finding summary(mpi::Communicator const& world, std::filesystem::path const& folder) {
  char const* const locking = std::getenv("HDF5_USE_FILE_LOCKING");
  auto const space = std::filesystem::space(folder);
  return {
      Verdict::good, subject,
      fmt::format("{} rank{} wrote one HDF5 file in {} and read it back; {:.1f} GB are free; HDF5 {}{}", world.size(),
                  world.size() == 1 ? "" : "s", std::filesystem::absolute(folder).lexically_normal().string(),
                  static_cast<double>(space.available) * 1e-9, hdf5::library_version(),
                  locking == nullptr ? "" : fmt::format(", HDF5_USE_FILE_LOCKING={}", locking)),
      ""};
}

}  // namespace

Findings check_files(mpi::Communicator const& world, std::string const& folder) {
  // Every rank needs the same name.
  std::string const path =
      world.broadcast((std::filesystem::path(folder) / fmt::format("shoal_doctor_{}.h5", ::getpid())).string());
  Findings findings;
  bool are_exclusive = true;
  bool const sound =
      holds(world, {"making a file", "choose a folder with --folder that every node sees and that you may write"},
            findings,
            [&] {
              if (world.rank() == 0) are_exclusive = locks_exclude(path);
            }) &&
      holds(world, {"looking for space", "the file system is full, or your quota is: choose another folder"}, findings,
            [&] {
              if (world.rank() == 0) store::check_free_space(path, least_free_bytes);
            }) &&
      holds(world,
            {"writing with all ranks",
             "parallel HDF5 does not work in this folder: choose one on the cluster's parallel file system, or try "
             "HDF5_USE_FILE_LOCKING=FALSE"},
            findings, [&] { write_rows(world, path); }) &&
      holds(world,
            {"reading what other ranks wrote", "nodes see different folders under this name: choose a shared one"},
            findings, [&] { read_rows(world, path); });
  world.barrier();
  if (world.rank() == 0) {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
  if (sound) findings.push_back(summary(world, folder));
  if (world.any(!are_exclusive)) {
    findings.push_back(
        {Verdict::notice, subject, "files cannot be locked here",
         "take care that no two jobs write one store; Lustre has locks where it is mounted with -o flock"});
  }
  return findings;
}

}  // namespace shoal::doctor
