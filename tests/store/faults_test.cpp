// SPDX-License-Identifier: MIT
// Every write, flush and sync of a small store fails once, or is the last before a crash (support/faults.hpp): the
// error names the file, no row counts that is not whole, and going on gives the store of an undisturbed run.
#include "support/faults.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>

#include "base/error.hpp"
#include "store/file/header.hpp"
#include "store/file/row_file.hpp"
#include "store/sample.hpp"

namespace shoal::store::test {
namespace {

using shoal::test::Fault;
using shoal::test::Operation;
using testing::HasSubstr;

// Three rows, one of them failed, in as few datasets as a store can have.
Schema small_schema() {
  Schema schema;
  schema.loci = 3;
  schema.length = 4;
  schema.models = {{"m", {{"t"}}}};
  schema.methods = {{"ism", {"number"}, {}, {attribution::map_array(4)}}};
  schema.task_scalars = {"wild_type"};
  schema.keep_y = 2;
  return schema;
}

Row small_row(std::int64_t index) {
  Row row;
  row.index = index;
  row.sequence = "ACGT";
  if (index == 1) {
    row.status = Status::failed;
    row.message = "why";
    return row;
  }
  auto const value = static_cast<float>(index) + 0.5F;
  row.results = {{{std::vector<float>(16, value)}, {2.0 * static_cast<double>(value)}}};
  row.task_scalars = {static_cast<double>(value)};
  row.y = {value, -value};
  return row;
}

// What a scan does with its store: makes it where it is not there, and writes the rows that are pending.
void scan_into(std::string const& path, std::int64_t shards) {
  mpi::Communicator const alone;
  auto const loci = sample_loci_table();
  if (!std::filesystem::exists(path)) {
    Writer::create_collective(alone, path, small_schema(), {{"version", "0"}}, std::span(loci).first(3),
                              {.shards = shards});
  }
  Writer writer = Writer::open_collective(alone, path);
  auto const statuses = writer.verified_statuses_collective();
  for (std::int64_t row = 0; row < 3; ++row) {
    if (statuses[static_cast<std::size_t>(row)] == Status::pending) writer.write_row(small_row(row));
  }
  writer.close_collective();
}

// All files of the store, one after the other, by name.
std::string all_bytes(std::string const& folder) {
  std::vector<std::string> names;
  for (auto const& each : std::filesystem::directory_iterator(folder)) names.push_back(each.path().string());
  std::sort(names.begin(), names.end());
  std::string bytes;
  for (std::string const& name : names) bytes += name.substr(folder.size()) + ":" + bytes_of(name);
  return bytes;
}

// How a child process ended: killed, done (no message) or with this error.
struct End {
  bool is_killed = false;
  ErrorCode code = ErrorCode::internal;
  std::string message;
};

End scan_in_child(std::string const& path, std::int64_t shards, Fault const& fault) {
  int report[2];
  if (pipe(report) != 0) throw std::runtime_error("pipe");
  pid_t const child = fork();
  if (child == 0) {
    shoal::test::arm(fault);
    int status = 0;
    try {
      scan_into(path, shards);
    } catch (Error const& error) {
      status = 1 + static_cast<int>(error.code());
      std::string const text = error.what();
      if (write(report[1], text.data(), text.size()) < 0) status = 100;
    }
    _exit(status);
  }
  close(report[1]);
  End end;
  std::array<char, 4096> piece{};
  for (ssize_t got = 0; (got = read(report[0], piece.data(), piece.size())) > 0;) {
    end.message.append(piece.data(), static_cast<std::size_t>(got));
  }
  close(report[0]);
  int status = 0;
  waitpid(child, &status, 0);
  end.is_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  EXPECT_TRUE(end.is_killed || (WIFEXITED(status) && WEXITSTATUS(status) < 100)) << "the child crashed";
  if (WIFEXITED(status)) end.code = static_cast<ErrorCode>(WEXITSTATUS(status) - 1);
  return end;
}

// No row has a status without being whole: what the status says is true at any moment.
void expect_true_statuses(std::string const& path) {
  Reader const reader(path);
  auto const statuses = reader.statuses();
  for (std::int64_t row = 0; row < 3; ++row) {
    if (statuses[static_cast<std::size_t>(row)] == Status::pending) continue;
    EXPECT_TRUE(reader.verify(row)) << "row " << row << " has a status, but not its checksum";
  }
}

class Faults : public testing::TestWithParam<int> {
 protected:
  Faults() {
    scan_into(whole_.file("store.h5"), GetParam());
    bytes_ = all_bytes(whole_.file(""));
    // In this process, which goes on: only counted.
    shoal::test::TemporaryFolder const counted;
    shoal::test::arm({.path = counted.file("")});
    scan_into(counted.file("store.h5"), GetParam());
    operations_ = shoal::test::operations();
    root_ = counted.file("");
    shoal::test::arm({.path = "\n"});
  }

  // Each operation in turn is hit; `check` sees how the process ended and what it left.
  void for_each_operation(Fault fault, std::function<void(std::string const& path, End const& end)> const& check) {
    for (std::size_t at = 0; at < operations_.size(); ++at) {
      SCOPED_TRACE(operations_[at].call + " " + std::to_string(at) + " of " + operations_[at].path);
      shoal::test::TemporaryFolder const folder;
      std::string const path = folder.file("store.h5");
      fault.path = folder.file("");
      fault.at = static_cast<std::int64_t>(at);
      End const end = scan_in_child(path, GetParam(), fault);
      if (std::filesystem::exists(path)) expect_true_statuses(path);
      check(path, end);
      scan_into(path, GetParam());
      for (auto const& each : std::filesystem::directory_iterator(folder.file(""))) {
        if (each.path().extension() == ".partial") ADD_FAILURE() << each.path() << " is left";
      }
      EXPECT_TRUE(all_bytes(folder.file("")) == bytes_) << "the store differs from that of an undisturbed run";
    }
  }

  shoal::test::TemporaryFolder whole_;
  std::string bytes_, root_;
  std::vector<Operation> operations_;
};

// The order that makes a row safe: its data, its checksum, its status.
TEST_P(Faults, ARowsStatusIsItsLastWrite) {
  std::string const path = whole_.file("store.h5");
  std::vector<std::string> files = {path};
  if (GetParam() > 1) files = {whole_.file("store.shard-1-of-2.h5"), whole_.file("store.shard-2-of-2.h5")};
  int rows = 0;
  for (std::string const& name : files) {
    auto const file = hdf5::open_read_only(name);
    Header const header = read_header(file.get(), name);
    auto const offset_of = [&](std::string const& dataset, hdf5::RowType const& type) {
      return static_cast<std::int64_t>(
          H5Dget_offset(hdf5::RowDataset::open(file.get(), dataset, header.schema.loci, type).id()));
    };
    std::int64_t const statuses = offset_of("/loci/status", {hdf5::ElementKind::uint8, {}});
    std::int64_t const checksums = offset_of(checksum_path, checksum_type());
    std::string const counted = root_ + name.substr(whole_.file("").size());
    std::vector<std::int64_t> offsets;
    for (Operation const& each : operations_) {
      if (each.path == counted && each.call == "pwrite") offsets.push_back(each.offset);
    }
    for (std::int64_t row = 0; row < header.schema.loci; ++row, ++rows) {
      auto const status = std::find(offsets.begin(), offsets.end(), statuses + row);
      auto const checksum = std::find(offsets.begin(), offsets.end(), checksums + 8 * row);
      ASSERT_NE(status, offsets.end()) << row;
      EXPECT_EQ(checksum + 1, status) << "row " << row << ": the checksum comes just before the status";
    }
  }
  EXPECT_EQ(rows, 3);
}

// A file is on disk before it gets its name, its name is on disk, and so are all rows before the end.
TEST_P(Faults, NothingIsNamedOrEndedBeforeItIsOnDisk) {
  std::map<std::string, bool> is_dirty;  // by temporary or final name
  int renamed = 0;
  for (std::size_t at = 0; at < operations_.size(); ++at) {
    Operation const& each = operations_[at];
    if (each.call == "pwrite" || each.call == "ftruncate") is_dirty[each.path] = true;
    if (each.call == "fdatasync") is_dirty[each.path] = false;
    if (each.call != "rename") continue;
    ++renamed;
    EXPECT_FALSE(is_dirty[each.path + ".partial"]) << each.path << " is named before it is on disk";
    ASSERT_LT(at + 1, operations_.size());
    EXPECT_EQ(operations_[at + 1].call, "fsync") << "the folder is not synchronised";
  }
  EXPECT_EQ(renamed, GetParam() > 1 ? GetParam() + 1 : 1);
  for (auto const& [path, dirty] : is_dirty) {
    if (path.ends_with(".partial")) continue;
    EXPECT_FALSE(dirty) << path << " was closed before it was on disk";
  }
}

TEST_P(Faults, AFailureNamesTheFileAndLeavesTheRowPending) {
  for (auto const& [error, text] : {std::pair{EIO, "Input/output error"}, {ENOSPC, "No space left on device"}}) {
    for_each_operation({.error = error, .from_then_on = error == ENOSPC}, [&](std::string const& path, End const& end) {
      EXPECT_FALSE(end.is_killed);
      EXPECT_EQ(end.code, ErrorCode::output) << end.message;
      EXPECT_THAT(end.message, HasSubstr(path.substr(0, path.size() - 3)));
    });
  }
}

TEST_P(Faults, AfterACrashAtAnyOperationTheScanGoesOn) {
  for (bool const is_torn : {false, true}) {
    for_each_operation({.is_torn = is_torn},
                       [](std::string const&, End const& end) { EXPECT_TRUE(end.is_killed) << end.message; });
  }
}

INSTANTIATE_TEST_SUITE_P(Shards, Faults, testing::Values(1, 2));

}  // namespace
}  // namespace shoal::store::test
