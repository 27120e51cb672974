// SPDX-License-Identifier: MIT
// Arrays written out byte by byte, as numpy.lib.format describes them.
#include "archives/numpy_array.hpp"

#include <gmock/gmock.h>

#include <limits>

#include "base/error.hpp"

namespace shoal::archives {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string array_of(std::string const& type, std::string const& order, std::string const& shape,
                     std::string const& data, char version = 1) {
  std::string const header = "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': (" + shape + "), }\n";
  std::string bytes = "\x93NUMPY";
  bytes += version;
  bytes += '\0';
  bytes += static_cast<char>(header.size());
  bytes.append(version == 1 ? 1 : 3, '\0');
  return bytes + header + data;
}

template <class Number>
std::string bytes_of(std::vector<Number> const& numbers) {
  return {reinterpret_cast<char const*>(numbers.data()), numbers.size() * sizeof(Number)};
}

std::string message_of(std::string const& bytes) {
  try {
    parse_numpy("file.npy", bytes);
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::input);
    return error.what();
  }
  return "no error";
}

TEST(NumpyArray, EveryTypeByHand) {
  auto const values = [](std::string const& type, std::string const& data) {
    return parse_numpy("a", array_of(type, "False", "3,", data)).values;
  };
  EXPECT_THAT(values("<f4", bytes_of<float>({1.5F, -2, 0})), ElementsAre(1.5F, -2, 0));
  EXPECT_THAT(values("<f8", bytes_of<double>({1.5, -2, 0})), ElementsAre(1.5F, -2, 0));
  // 1.5, the least subnormal (2^-24), -65504 (the largest of all halves).
  EXPECT_THAT(values("<f2", bytes_of<std::uint16_t>({0x3E00, 0x0001, 0xFBFF})),
              ElementsAre(1.5F, 5.9604644775390625e-8F, -65504));
  EXPECT_THAT(values("|b1", bytes_of<std::uint8_t>({0, 1, 1})), ElementsAre(0, 1, 1));
  EXPECT_THAT(values("|u1", bytes_of<std::uint8_t>({0, 200, 1})), ElementsAre(0, 200, 1));
  EXPECT_THAT(values("|i1", bytes_of<std::int8_t>({0, -100, 1})), ElementsAre(0, -100, 1));
  EXPECT_THAT(values("<i2", bytes_of<std::int16_t>({0, -300, 1})), ElementsAre(0, -300, 1));
  EXPECT_THAT(values("<i4", bytes_of<std::int32_t>({0, -70000, 1})), ElementsAre(0, -70000, 1));
  EXPECT_THAT(values("<i8", bytes_of<std::int64_t>({0, -70000, 1})), ElementsAre(0, -70000, 1));
  EXPECT_THAT(values("<u2", bytes_of<std::uint16_t>({0, 65535, 1})), ElementsAre(0, 65535, 1));
  EXPECT_THAT(values("<u4", bytes_of<std::uint32_t>({0, 70000, 1})), ElementsAre(0, 70000, 1));
  EXPECT_THAT(values("<u8", bytes_of<std::uint64_t>({0, 70000, 1})), ElementsAre(0, 70000, 1));
}

TEST(NumpyArray, OrdersAndVersions) {
  std::string const data = bytes_of<float>({1, 2, 3, 4, 5, 6});
  auto const rows = parse_numpy("a", array_of("<f4", "False", "2, 3", data, 2));
  EXPECT_THAT(rows.shape, ElementsAre(2, 3));
  EXPECT_THAT(rows.values, ElementsAre(1, 2, 3, 4, 5, 6));
  // The first axis is the fastest: rows (1, 3, 5) and (2, 4, 6).
  EXPECT_THAT(parse_numpy("a", array_of("<f4", "True", "2, 3", data)).values, ElementsAre(1, 3, 5, 2, 4, 6));
}

TEST(NumpyArray, WhatIsWrongIsNamed) {
  std::string const data = bytes_of<float>({1, 2});
  EXPECT_THAT(message_of("NUMPY"), HasSubstr("file.npy: it is no NumPy array"));
  EXPECT_THAT(message_of(array_of("<c8", "False", "1,", data)), HasSubstr("numbers of type '<c8' are not read"));
  EXPECT_THAT(message_of(array_of(">f4", "False", "2,", data)), HasSubstr("numbers of type '>f4' are not read"));
  EXPECT_THAT(message_of(array_of("<f4", "False", "3,", data)),
              HasSubstr("holds 8 bytes of values, and its shape needs 12"));
  EXPECT_THAT(message_of(array_of("<f4", "False", "0,", data)), HasSubstr("shape is impossible"));
  EXPECT_THAT(message_of(array_of("<f4", "False", "4000000000, 4000000000", data)), HasSubstr("shape is impossible"));
  EXPECT_THAT(message_of(array_of("<f4", "maybe", "2,", data)), HasSubstr("in which order"));
  EXPECT_THAT(message_of(array_of("<f4", "False", "2,", bytes_of<float>({1, std::numeric_limits<float>::infinity()}))),
              HasSubstr("value 2 is not finite"));
  EXPECT_THAT(message_of(array_of("<f4", "False", "2,", data).substr(0, 30)), HasSubstr("ends within its header"));
}

}  // namespace
}  // namespace shoal::archives
