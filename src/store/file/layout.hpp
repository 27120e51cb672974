// SPDX-License-Identifier: MIT
// The content of one row of a store: its columns (datasets) in schema order, and the row as one piece of memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hdf5/row_dataset.hpp"
#include "store/schema.hpp"

namespace shoal::store {

// Bytes of a row's message that are kept.
inline constexpr std::int64_t message_width = 200;

// Widths in bytes of the texts that come from the loci, at least 1.
struct LocusWidths {
  std::int64_t chrom = 1;
  std::int64_t name = 1;
};

// Which part of a row a column holds.
enum class Part { chrom, start, end, strand, name, sequence, status, message, array, method_scalars, task_scalars, y };

struct Column {
  Part part;
  std::string path;
  hdf5::RowType type;
  std::map<std::string, std::string> attributes;  // axes, units and notes
  std::int64_t offset = 0;                        // where its bytes begin within a row image
  std::size_t result = 0;                         // for array and method_scalars: index into Row::results
  std::size_t array = 0;                          // for array: index into MethodResult::arrays
};

// Columns in schema order: the locus, sequence, status, message, then for every model and task the methods (arrays,
// then scalars), the task's scalars and y. A row image is their bytes in this order, and the checksum is taken over it.
class Layout {
 public:
  // Errors: config, when a name cannot be a group or dataset, two collide, or a row is larger than 2^63 bytes;
  // internal, when sizes are not positive.
  Layout(Schema const& schema, LocusWidths widths);

  std::vector<Column> const& columns() const { return columns_; }
  Column const& column(Part part) const;  // the first column of that part
  std::int64_t row_bytes() const { return row_bytes_; }
  // The locus's own columns come first: their bytes.
  std::int64_t locus_bytes() const { return column(Part::sequence).offset; }

  // Copies a row's results into the image; the locus's own columns are left as they are. Arrays may be empty in a row
  // that is not done: NaN is stored. A longer message is cut. Errors: internal, when a size does not match the schema.
  void pack(Row const& row, std::span<std::byte> image) const;
  // The first locus_bytes of an image.
  void pack_locus(genome::Locus const& locus, std::span<std::byte> image) const;
  Row unpack(std::int64_t index, std::span<std::byte const> image) const;
  genome::Locus unpack_locus(std::span<std::byte const> image) const;

 private:
  void add(Part part, std::string path, hdf5::RowType type, std::map<std::string, std::string> attributes);
  void add_task(Schema const& schema, ModelSchema const& model, std::string const& group);
  void add_method(MethodSchema const& method, std::string const& folder);
  void refuse_collisions(Schema const& schema) const;

  std::vector<Column> columns_;
  std::size_t results_ = 0;  // MethodResults per row
  std::int64_t row_bytes_ = 0;
};

// The name of a group or dataset for `name`: '/' becomes '_'. Errors: config, when it is empty, "." or holds control
// characters.
std::string link_name(std::string const& name);

// Groups of a store, parents first.
std::vector<std::string> groups(Schema const& schema);
std::string task_group(std::string const& model, std::string const& task);

// A method as a store describes it, and the group that does so and has its constants.
struct DescribedMethod {
  std::string group;
  MethodSchema const* method = nullptr;
};
// /methods/METHOD, or /methods_by_length/LENGTH/METHOD for parts of LENGTH bases.
std::string method_group(std::string const& method, std::optional<std::int64_t> part_length = std::nullopt);
// The methods of the whole window in order, then those of parts, the shortest first. Pointers into `schema`.
std::vector<DescribedMethod> described_methods(Schema const& schema);

}  // namespace shoal::store
