// SPDX-License-Identifier: MIT
#include "base/checksum.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "support/data.hpp"

namespace shoal {
namespace {

std::span<std::byte const> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

// The published XXH3-64 of nothing (seed 0), and values of libxxhash 0.8.1 called through Python ctypes.
TEST(Checksum, KnownValues) {
  EXPECT_EQ(checksum64({}), 0x2D06800538D394C2u);
  EXPECT_EQ(checksum64(bytes_of("a")), 0xE6C632B61E964E1Fu);
  EXPECT_EQ(checksum64(bytes_of("ACGT")), 0xECC2F3E8BCC725AFu);
  EXPECT_EQ(checksum64(bytes_of(std::string(1000, 'N'))), 0xADDEE98041E101D9u);
}

TEST(Checksum, EveryBitMatters) {
  std::vector<std::byte> row(996, std::byte{7});
  std::uint64_t const before = checksum64(row);
  for (std::size_t i = 0; i < row.size(); ++i) {
    row[i] ^= std::byte{16};
    EXPECT_NE(checksum64(row), before) << i;
    row[i] ^= std::byte{16};
  }
  EXPECT_EQ(checksum64(row), before);
}

TEST(Digest, BordersOfPiecesMatter) {
  Digest one;
  one.update(std::string_view("ab"));
  one.update(std::string_view("c"));
  Digest other;
  other.update(std::string_view("a"));
  other.update(std::string_view("bc"));
  EXPECT_NE(one.hex(), other.hex());
  EXPECT_EQ(one.hex().size(), 32u);
}

TEST(Digest, IsTheSameForTheSamePiecesAndMayGoOn) {
  Digest one;
  Digest other;
  EXPECT_EQ(one.low64(), other.low64());
  one.update(std::int64_t{5});
  EXPECT_NE(one.low64(), other.low64());
  other.update(std::int64_t{5});
  EXPECT_EQ(one.hex(), other.hex());
  EXPECT_EQ(one.hex(), one.hex());
}

TEST(FileDigest, FollowsTheBytesAndReportsMissingFiles) {
  test::TemporaryFolder folder;
  std::string const path = folder.file("weights");
  std::ofstream(path, std::ios::binary) << std::string(3000000, 'x') << '\0';
  std::string const before = file_digest(path);
  EXPECT_EQ(file_digest(path), before);
  std::ofstream(path, std::ios::binary) << std::string(3000000, 'x') << '\1';
  EXPECT_NE(file_digest(path), before);
  EXPECT_THROW(file_digest(folder.file("missing")), Error);
  EXPECT_THROW(file_digest(folder.file(".")), Error);
}

}  // namespace
}  // namespace shoal
