// SPDX-License-Identifier: MIT
// What damage does to a store: it is found, named, and never taken for a result.
#include <gmock/gmock.h>
#include <hdf5.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <set>

#include "base/error.hpp"
#include "store/file/header.hpp"
#include "store/file/row_file.hpp"
#include "store/sample.hpp"
#include "support/sanitized.hpp"

namespace shoal::store::test {
namespace {

using testing::HasSubstr;

std::string input_error(std::string const& path) {
  try {
    Reader const reader(path);
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::input);
    return error.what();
  }
  ADD_FAILURE() << path << " was accepted";
  return {};
}

// First byte of each dataset in the file, and its bytes per row.
struct Extent {
  std::uint64_t begin;
  std::uint64_t row_bytes;
};
std::vector<Extent> extents(std::string const& path) {
  auto const file = hdf5::open_read_only(path);
  Header const header = read_header(file.get(), path);
  std::vector<Extent> all;
  Layout const layout(header.schema, header.widths);
  for (Column const& column : layout.columns()) {
    auto const dataset = hdf5::RowDataset::open(file.get(), column.path, header.schema.loci, column.type);
    all.push_back({H5Dget_offset(dataset.id()), static_cast<std::uint64_t>(column.type.bytes())});
  }
  auto const checksum = hdf5::RowDataset::open(file.get(), checksum_path, header.schema.loci, checksum_type());
  all.push_back({H5Dget_offset(checksum.id()), 8});
  return all;
}

TEST(Damage, EveryFlippedByteOfARowIsFound) {
  shoal::test::TemporaryFolder const folder;
  std::string const path = folder.file("store.h5");
  make_alone(path);
  std::string bytes = bytes_of(path);
  constexpr std::int64_t row = 8;
  constexpr std::uint64_t step = shoal::test::is_sanitized ? 7 : 1;
  for (Extent const& extent : extents(path)) {
    for (std::uint64_t byte = 0; byte < extent.row_bytes; byte += step) {
      std::size_t const place = extent.begin + row * extent.row_bytes + byte;
      bytes[place] = static_cast<char>(bytes[place] ^ (1 << (byte % 8)));
      write_bytes(path, bytes);
      Reader const reader(path);
      EXPECT_FALSE(reader.verify(row)) << "byte " << place;
      EXPECT_TRUE(reader.verify(row - 1) && reader.verify(row + 1));
      bytes[place] = static_cast<char>(bytes[place] ^ (1 << (byte % 8)));
    }
  }
}

// Bytes that are no row's: constants, provenance too long for an attribute, coordinates of pending rows.
TEST(Damage, FlippedBytesOutsideTheRowsAreFound) {
  shoal::test::TemporaryFolder const folder;
  std::string const path = folder.file("store.h5");
  Writer::create_collective(mpi::Communicator(), path, sample_schema(), sample_provenance(), sample_loci_table());
  EXPECT_TRUE(Reader(path).damage().empty());
  std::string const whole = bytes_of(path);
  auto const is_found = [&](std::size_t place) {
    std::string bytes = whole;
    bytes[place] = static_cast<char>(bytes[place] ^ 0x10);
    write_bytes(path, bytes);
    try {
      return !Reader(path).damage().empty();
    } catch (Error const& error) {
      return error.code() == ErrorCode::input;
    }
  };
  std::size_t const long_text = whole.find(std::string(1000, 'p'));
  ASSERT_NE(long_text, std::string::npos);
  EXPECT_TRUE(is_found(long_text + 70'000));
  double const penalties[] = {0.1, 1, 10, 100};
  std::size_t const constant = whole.find(std::string(reinterpret_cast<char const*>(penalties), sizeof penalties));
  ASSERT_NE(constant, std::string::npos);
  for (std::size_t byte = 0; byte < sizeof penalties; ++byte) EXPECT_TRUE(is_found(constant + byte)) << byte;
  write_bytes(path, whole);
  auto const all = extents(path);
  for (std::size_t column = 0; column < 5; ++column) {
    for (std::uint64_t byte = 0; byte < all[column].row_bytes; ++byte) {
      EXPECT_TRUE(is_found(all[column].begin + 7 * all[column].row_bytes + byte)) << column << " " << byte;
    }
  }
}

TEST(Damage, DamagedRowsArePendingAndRewrittenToTheSameBytes) {
  shoal::test::TemporaryFolder const folder;
  std::string const path = folder.file("store.h5");
  make_alone(path);
  std::string const whole = bytes_of(path);
  std::string bytes = whole;
  std::set<std::int64_t> damaged;
  auto const all = extents(path);
  for (std::size_t column = 5; column < all.size(); column += 4) {
    std::int64_t const row = static_cast<std::int64_t>(column) % sample_loci;
    bytes[all[column].begin + static_cast<std::uint64_t>(row) * all[column].row_bytes] ^= 0x10;
    damaged.insert(row);
  }
  write_bytes(path, bytes);
  Writer writer = Writer::open_collective(mpi::Communicator(), path);
  auto const statuses = writer.verified_statuses_collective();
  for (std::int64_t row = 0; row < sample_loci; ++row) {
    bool const pending = statuses[static_cast<std::size_t>(row)] == Status::pending;
    EXPECT_EQ(pending, damaged.contains(row)) << row;
    if (pending) writer.write_row(sample_row(row, writer.schema()));
  }
  writer.close_collective();
  EXPECT_TRUE(bytes_of(path) == whole);
}

// A job killed between the parts of a row: everything after the last part that was written is missing.
TEST(Damage, HalfWrittenRowsArePending) {
  shoal::test::TemporaryFolder const folder;
  std::string const path = folder.file("store.h5");
  make_alone(path);
  std::string const whole = bytes_of(path);
  std::string bytes = whole;
  auto const all = extents(path);
  std::size_t const checksum = all.size() - 1;
  std::size_t const status = 6;
  auto const clear = [&](std::size_t column, std::int64_t row) {
    bytes.replace(all[column].begin + static_cast<std::uint64_t>(row) * all[column].row_bytes, all[column].row_bytes,
                  all[column].row_bytes, '\0');
  };
  clear(status, 0);  // data and checksum, no status
  clear(status, 1);
  clear(checksum, 1);  // data only
  for (std::size_t column = 8; column <= checksum; ++column) clear(column, 2);
  clear(status, 2);  // sequence and message only
  write_bytes(path, bytes);
  Writer writer = Writer::open_collective(mpi::Communicator(), path);
  auto const statuses = writer.verified_statuses_collective();
  for (std::int64_t row = 0; row < sample_loci; ++row) {
    EXPECT_EQ(statuses[static_cast<std::size_t>(row)] == Status::pending, row < 3) << row;
  }
  for (std::int64_t row = 0; row < 3; ++row) writer.write_row(sample_row(row, writer.schema()));
  writer.close_collective();
  EXPECT_TRUE(bytes_of(path) == whole);
}

// A status does not make a row whole: its checksum must be there, and be that of its data.
TEST(Damage, ARowWithoutItsChecksumOrItsDataIsPending) {
  shoal::test::TemporaryFolder const folder;
  std::string const path = folder.file("store.h5");
  make_alone(path);
  std::string const whole = bytes_of(path);
  auto const all = extents(path);
  std::size_t const checksum = all.size() - 1;
  constexpr std::size_t results = 8;  // the first column of results
  constexpr std::int64_t row = 8;
  auto const cleared = [&](std::size_t first, std::size_t last) {
    std::string bytes = whole;
    for (std::size_t column = first; column <= last; ++column) {
      bytes.replace(all[column].begin + row * all[column].row_bytes, all[column].row_bytes, all[column].row_bytes,
                    '\0');
    }
    write_bytes(path, bytes);
    Reader const reader(path);
    EXPECT_EQ(reader.statuses()[row], Status::done);
    EXPECT_FALSE(reader.verify(row));
    EXPECT_FALSE(reader.verified_row(row).has_value());
    return reader.verified(0, sample_loci)[row];
  };
  EXPECT_EQ(cleared(checksum, checksum), Status::pending);
  EXPECT_EQ(cleared(results, checksum - 1), Status::pending);
  EXPECT_EQ(cleared(results, checksum), Status::pending);
}

// SIGKILL at a moment of the kernel's choosing: the file opens, rows are either whole or pending.
TEST(Damage, AKilledWriterLeavesAStoreToResume) {
  shoal::test::TemporaryFolder const folder;
  std::string const path = folder.file("store.h5");
  make_alone(folder.file("whole.h5"));
  mpi::Communicator const alone;
  Writer::create_collective(alone, path, sample_schema(), sample_provenance(), sample_loci_table());
  std::mt19937 random(5);
  for (int round = 0; round < 10; ++round) {
    int wrote[2];
    ASSERT_EQ(pipe(wrote), 0);
    pid_t const child = fork();
    if (child == 0) {
      Writer writer = Writer::open_collective(alone, path);
      for (std::int64_t i = 0;; i = (i + 1) % sample_loci) {
        writer.write_row(sample_row(i, writer.schema()));
        if (i == 0 && write(wrote[1], "1", 1) != 1) _exit(1);
      }
    }
    // The last one is killed after its first row, however slow the machine is.
    char first = 0;
    if (round == 9) {
      EXPECT_EQ(read(wrote[0], &first, 1), 1);
    }
    for (int const end : wrote) close(end);
    usleep(2000 + static_cast<useconds_t>(random() % 20'000));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    Writer writer = Writer::open_collective(alone, path);
    writer.verified_statuses_collective();
  }
  Writer writer = Writer::open_collective(alone, path);
  auto const statuses = writer.verified_statuses_collective();
  EXPECT_GT(std::count(statuses.begin(), statuses.end(), Status::done), 0);
  for (std::int64_t row = 0; row < sample_loci; ++row) {
    if (statuses[static_cast<std::size_t>(row)] == Status::pending) writer.write_row(sample_row(row, writer.schema()));
  }
  writer.close_collective();
  EXPECT_TRUE(bytes_of(path) == bytes_of(folder.file("whole.h5")));
}

TEST(Damage, ErrorsSayWhatIsWrongWithTheFile) {
  shoal::test::TemporaryFolder const folder;
  std::string const path = folder.file("store.h5");
  make_alone(path);
  std::string const whole = bytes_of(path);

  EXPECT_THAT(input_error(folder.file("missing.h5")), HasSubstr("no such file"));
  EXPECT_THAT(input_error(folder.file("")), HasSubstr("it is a folder"));
  write_bytes(folder.file("text.h5"), "chr1\t1\t2\n");
  EXPECT_THAT(input_error(folder.file("text.h5")), HasSubstr("not an HDF5 file"));
  write_bytes(folder.file("cut.h5"), whole.substr(0, whole.size() - 100));
  EXPECT_THAT(input_error(folder.file("cut.h5")), HasSubstr("truncated"));
  write_bytes(folder.file("empty.h5"), "");
  EXPECT_THAT(input_error(folder.file("empty.h5")), HasSubstr("not an HDF5 file"));
  { auto const other = hdf5::create_file(mpi::Communicator(), folder.file("other.h5")); }
  EXPECT_THAT(input_error(folder.file("other.h5")), HasSubstr("not a Shoal store"));
}

// Damaged metadata is refused or harmless, and never ends the program: each case runs in a child.
TEST(Damage, DamagedMetadataNeverCrashes) {
  shoal::test::TemporaryFolder const folder;
  std::string const path = folder.file("store.h5");
  make_alone(path);
  std::string const whole = bytes_of(path);
  std::mt19937 random(11);
  int refused = 0;
  constexpr int cases = 300;
  for (int round = 0; round < cases; ++round) {
    std::string bytes = whole;
    std::size_t const place = round < 100 ? static_cast<std::size_t>(round) : random() % bytes.size();
    bytes[place] = static_cast<char>(bytes[place] ^ (1 + random() % 255));
    write_bytes(path, bytes);
    pid_t const child = fork();
    if (child == 0) {
      try {
        Reader const reader(path);
        for (std::int64_t i = 0; i < sample_loci; ++i) reader.verify(i);
        _exit(0);
      } catch (Error const&) {
        _exit(1);
      } catch (...) {
        _exit(2);
      }
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status)) << "byte " << place << " crashed the reader";
    EXPECT_LE(WEXITSTATUS(status), 1) << "byte " << place;
    refused += WEXITSTATUS(status);
  }
  EXPECT_GT(refused, 10);
}

}  // namespace
}  // namespace shoal::store::test
