// SPDX-License-Identifier: MIT
// Archives as libzip reads them, which checks their CRC-32.
#include "exports/numpy_archive.hpp"

#include <gtest/gtest.h>
#include <zip.h>

#include <cstring>
#include <filesystem>
#include <memory>

#include "base/error.hpp"
#include "store/sample.hpp"

namespace shoal::exports::test {

using store::test::bytes_of;
namespace {

// Three rows of two float32, appended in two pieces.
void write_sample(std::string const& path) {
  std::vector<float> const values = {1, -2, 0.5, 3, 1e-30F, 7};
  NumpyArchive archive(path, "scores", "<f4", {3, 2}, sizeof(float));
  archive.append(std::as_bytes(std::span(values).first(2)));
  archive.append(std::as_bytes(std::span(values).subspan(2)));
  archive.publish();
}

TEST(NumpyArchive, HeaderAsNumpyWritesIt) {
  std::string const header = numpy_header("<f4", {3, 2});
  ASSERT_EQ(header.size(), 128U);
  EXPECT_EQ(header.substr(0, 10), std::string("\x93NUMPY\x01\x00\x76\x00", 10));
  EXPECT_EQ(header.substr(10, 60), "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2,), }");
  EXPECT_EQ(header.back(), '\n');
}

TEST(NumpyArchive, LibzipReadsIt) {
  shoal::test::TemporaryFolder const folder;
  write_sample(folder.file("a.npz"));
  std::unique_ptr<zip_t, decltype(&zip_discard)> const archive(
      zip_open(folder.file("a.npz").c_str(), ZIP_CHECKCONS | ZIP_RDONLY, nullptr), &zip_discard);
  ASSERT_NE(archive, nullptr);
  ASSERT_EQ(zip_get_num_entries(archive.get(), 0), 1);
  zip_stat_t entry;
  ASSERT_EQ(zip_stat(archive.get(), "scores.npy", 0, &entry), 0);
  EXPECT_EQ(entry.comp_method, ZIP_CM_STORE);
  ASSERT_EQ(entry.size, 128U + 24U);
  std::unique_ptr<zip_file_t, decltype(&zip_fclose)> const member(zip_fopen(archive.get(), "scores.npy", 0),
                                                                  &zip_fclose);
  std::string bytes(entry.size + 1, '\0');
  // libzip compares the checksum when it meets the end.
  ASSERT_EQ(zip_fread(member.get(), bytes.data(), bytes.size()), 128 + 24);
  float third = 0;
  std::memcpy(&third, bytes.data() + 128 + 2 * sizeof(float), sizeof(float));
  EXPECT_EQ(third, 0.5F);
}

TEST(NumpyArchive, SameArraySameBytes) {
  shoal::test::TemporaryFolder const folder;
  write_sample(folder.file("a.npz"));
  write_sample(folder.file("b.npz"));
  std::string const bytes = bytes_of(folder.file("a.npz"));
  EXPECT_EQ(bytes, bytes_of(folder.file("b.npz")));
  // Time 0:00 and date 1 January 1980 of the local header.
  EXPECT_EQ(bytes.substr(10, 4), std::string("\x00\x00\x21\x00", 4));
  // The checksum from Python: zlib.crc32(header + numpy.array([[1, -2], [.5, 3], [1e-30, 7]], "<f4").tobytes()).
  std::uint32_t checksum = 0;
  std::memcpy(&checksum, bytes.data() + 14, sizeof(checksum));
  EXPECT_EQ(checksum, 0xdfc74fd0U);
}

TEST(NumpyArchive, OfAnotherSizeThanItsShapeIsRefused) {
  shoal::test::TemporaryFolder const folder;
  std::vector<float> const values = {1, 2, 3};
  {
    NumpyArchive archive(folder.file("a.npz"), "scores", "<f4", {2, 2}, sizeof(float));
    archive.append(std::as_bytes(std::span(values)));
    EXPECT_THROW(archive.publish(), Error);
  }
  EXPECT_FALSE(std::filesystem::exists(folder.file("a.npz")));
  EXPECT_FALSE(std::filesystem::exists(folder.file("a.npz.partial")));
}

}  // namespace
}  // namespace shoal::exports::test
