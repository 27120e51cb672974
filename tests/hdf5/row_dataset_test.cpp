// SPDX-License-Identifier: MIT
#include "hdf5/row_dataset.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/error.hpp"
#include "hdf5/file.hpp"
#include "hdf5/text.hpp"
#include "support/data.hpp"

namespace shoal::hdf5 {
namespace {

using testing::HasSubstr;
using Numbers = std::vector<float>;

mpi::Communicator const alone;

std::string error_of(auto const& action) {
  try {
    action();
  } catch (Error const& error) {
    return error.what();
  }
  return "no error";
}

TEST(RowType, BytesOfARow) {
  EXPECT_EQ((RowType{ElementKind::float32, {4, 249}}.bytes()), 3984);
  EXPECT_EQ((RowType{ElementKind::float64, {}}.bytes()), 8);
  EXPECT_EQ((RowType{ElementKind::uint8, {3}}.bytes()), 3);
  EXPECT_EQ((RowType{ElementKind::text, {}, 200}.bytes()), 200);
}

TEST(RowDataset, RowsGoWhereTheyBelong) {
  test::TemporaryFolder const folder;
  File const file = create_file(alone, folder.file("rows.h5"));
  RowType const type{ElementKind::float32, {2, 3}};
  RowDataset const dataset = RowDataset::create(file.get(), "/rows", 4, type);
  Numbers const two = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  dataset.write(1, std::as_bytes(std::span(two)));
  Numbers all(24, -1);
  dataset.read(0, std::as_writable_bytes(std::span(all)));
  EXPECT_THAT(all,
              testing::ElementsAreArray({0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(row_count(file.get(), "/rows"), 4);
}

TEST(RowDataset, RowsOutsideOrInPiecesAreRefused) {
  test::TemporaryFolder const folder;
  File const file = create_file(alone, folder.file("rows.h5"));
  RowDataset const dataset = RowDataset::create(file.get(), "/rows", 4, {ElementKind::float32, {2}});
  Numbers const values(4);
  auto const bytes = std::as_bytes(std::span(values));
  EXPECT_NO_THROW(dataset.write(2, bytes));
  EXPECT_THROW(dataset.write(3, bytes), Error);
  EXPECT_THROW(dataset.write(-1, bytes), Error);
  EXPECT_THROW(dataset.write(0, bytes.first(12)), Error);
  EXPECT_THROW(dataset.write(0, {}), Error);
}

TEST(RowDataset, AnotherShapeOrTypeIsRefused) {
  test::TemporaryFolder const folder;
  File const file = create_file(alone, folder.file("rows.h5"));
  RowType const type{ElementKind::float32, {4, 7}};
  RowDataset::create(file.get(), "/rows", 3, type);
  auto const opening = [&](std::int64_t rows, RowType const& wanted) {
    return error_of([&] { RowDataset::open(file.get(), "/rows", rows, wanted); });
  };
  EXPECT_EQ(opening(3, type), "no error");
  EXPECT_THAT(opening(4, type), HasSubstr("another shape"));
  EXPECT_THAT(opening(3, {ElementKind::float32, {7, 4}}), HasSubstr("another shape"));
  EXPECT_THAT(opening(3, {ElementKind::float64, {4, 7}}), HasSubstr("another type"));
  EXPECT_THAT(error_of([&] { RowDataset::open(file.get(), "/none", 3, type); }),
              HasSubstr("cannot open dataset /none"));
  // The right shape and type, but chunked: writing it would change the file's metadata.
  auto const creation = own<PropertyList>(H5Pcreate(H5P_DATASET_CREATE), "list");
  hsize_t const sizes[] = {3, 4, 7};
  H5Pset_chunk(creation.get(), 3, sizes);
  auto const space = own<Dataspace>(H5Screate_simple(3, sizes, nullptr), "space");
  own<Dataset>(H5Dcreate2(file.get(), "chunked", H5T_IEEE_F32LE, space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
               "dataset");
  EXPECT_THAT(error_of([&] { RowDataset::open(file.get(), "/chunked", 3, type); }), HasSubstr("is chunked"));
}

TEST(Text, EveryLengthReadsBack) {
  test::TemporaryFolder const folder;
  File const file = create_file(alone, folder.file("text.h5"));
  Group const group = create_group(file.get(), "/texts");
  for (std::size_t const length : {0UL, 1UL, 60'000UL, 60'001UL, 70'000UL, 1'000'000UL}) {
    std::string const name = "t." + std::to_string(length);
    std::string const text(length, 'x');
    EXPECT_FALSE(has_text(group.get(), name));
    write_text(group.get(), name, text);
    EXPECT_TRUE(has_text(group.get(), name));
    EXPECT_TRUE(read_text(group.get(), name) == text) << length;
  }
  EXPECT_THAT(attribute_names(group.get()), testing::ElementsAre("t.0", "t.1", "t.60000"));
  EXPECT_THAT(error_of([&] { read_text(group.get(), "none"); }), HasSubstr("none: there is none"));
}

TEST(Text, OtherTypesAreRefused) {
  test::TemporaryFolder const folder;
  File const file = create_file(alone, folder.file("text.h5"));
  auto const space = own<Dataspace>(H5Screate(H5S_SCALAR), "space");
  own<Attribute>(H5Acreate2(file.get(), "number", H5T_STD_I32LE, space.get(), H5P_DEFAULT, H5P_DEFAULT), "attribute");
  EXPECT_THAT(error_of([&] { read_text(file.get(), "number"); }), HasSubstr("number is not a fixed-length text"));
}

std::string bytes_of(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(File, HoldsNoTimes) {
  test::TemporaryFolder const folder;
  auto const make = [&](std::string const& path) {
    File file = create_file(alone, path);
    Group const group = create_group(file.get(), "/g");
    write_text(group.get(), "short", "s");
    write_text(group.get(), "long", std::string(100'000, 'l'));
    RowDataset::create(file.get(), "/g/rows", 100, {ElementKind::float64, {5}});
    flush(file, path);
  };
  make(folder.file("a.h5"));
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  make(folder.file("b.h5"));
  EXPECT_GT(bytes_of(folder.file("a.h5")).size(), 104'000U);
  EXPECT_TRUE(bytes_of(folder.file("a.h5")) == bytes_of(folder.file("b.h5")));
}

TEST(File, ErrorsCarryTheReason) {
  test::TemporaryFolder const folder;
  EXPECT_THAT(error_of([&] { create_file(alone, folder.file("nowhere/x.h5")); }),
              HasSubstr("No such file or directory"));
  EXPECT_THAT(error_of([&] { open_read_only(folder.file("x.h5")); }), HasSubstr("no such file"));
  File const file = create_file(alone, folder.file("x.h5"));
  create_group(file.get(), "/g");
  EXPECT_THAT(error_of([&] { create_group(file.get(), "/g"); }), HasSubstr("cannot make group /g: "));
}

}  // namespace
}  // namespace shoal::hdf5
