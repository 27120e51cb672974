// SPDX-License-Identifier: MIT
// Archives with stored members, written out byte by byte.
#include "archives/zip_file.hpp"

#include <gmock/gmock.h>
#include <zlib.h>

#include <fstream>

#include "base/error.hpp"
#include "support/data.hpp"

namespace shoal::archives {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string number(std::uint32_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>((value >> (8 * i)) & 255U);
  return text;
}

// The fields that the header before a member and its row in the archive's list have in common.
std::string fields(std::string const& name, std::string const& content) {
  auto const sum = static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<Bytef const*>(content.data()), static_cast<uInt>(content.size())));
  auto const size = static_cast<std::uint32_t>(content.size());
  return number(20, 2) + number(0, 2) + number(0, 2) + number(0, 4) + number(sum, 4) + number(size, 4) +
         number(size, 4) + number(static_cast<std::uint32_t>(name.size()), 2) + number(0, 2);
}

std::string zip_of(std::vector<std::pair<std::string, std::string>> const& members) {
  std::string bytes;
  std::string list;
  for (auto const& [name, content] : members) {
    auto const offset = static_cast<std::uint32_t>(bytes.size());
    bytes += number(0x04034b50, 4) + fields(name, content) + name + content;
    list += number(0x02014b50, 4) + number(20, 2) + fields(name, content) + std::string(10, '\0') + number(offset, 4) +
            name;
  }
  auto const count = static_cast<std::uint32_t>(members.size());
  auto const begin = static_cast<std::uint32_t>(bytes.size());
  return bytes + list + number(0x06054b50, 4) + number(0, 4) + number(count, 2) + number(count, 2) +
         number(static_cast<std::uint32_t>(list.size()), 4) + number(begin, 4) + number(0, 2);
}

class Zip : public testing::Test {
 protected:
  std::string written(std::string const& bytes) {
    std::string const path = folder_.file("a.zip");
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  static std::string message_of(auto const& work) {
    try {
      work();
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), ErrorCode::input);
      return error.what();
    }
    return "no error";
  }
  test::TemporaryFolder folder_;
};

TEST_F(Zip, MembersAreRead) {
  ZipFile const zip(written(zip_of({{"one", "first"}, {"two", ""}})), ZipChecks::strict);
  EXPECT_THAT(zip.names(), ElementsAre("one", "two"));
  EXPECT_TRUE(zip.has("two"));
  EXPECT_FALSE(zip.has("three"));
  EXPECT_EQ(zip.read("one", 100), "first");
  EXPECT_EQ(zip.read("two", 100), "");
}

TEST_F(Zip, WhatIsWrongIsNamed) {
  EXPECT_THAT(message_of([&] { ZipFile(written("no archive")); }), HasSubstr("a.zip is not a readable zip archive"));
  EXPECT_THAT(message_of([&] { ZipFile(folder_.file("nowhere")); }),
              HasSubstr("nowhere is not a readable zip archive"));
  std::string bytes = zip_of({{"one", std::string(300'000, 'a')}});
  EXPECT_THAT(message_of([&] { ZipFile(written(bytes)).read("two", 9); }), HasSubstr("two of"));
  EXPECT_THAT(message_of([&] { ZipFile(written(bytes)).read("one", 1000); }), HasSubstr("too large"));
  bytes[100] = 'b';
  EXPECT_THAT(message_of([&] { ZipFile(written(bytes)).read("one", 1'000'000); }), HasSubstr("one of"));
}

}  // namespace
}  // namespace shoal::archives
