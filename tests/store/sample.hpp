// SPDX-License-Identifier: MIT
// A small store for tests: two models, three tasks in all, two methods, texts of every kind.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "mpi/communicator.hpp"
#include "store/reader.hpp"
#include "store/writer.hpp"
#include "support/data.hpp"

namespace shoal::store::test {

inline constexpr std::int64_t sample_loci = 23;
inline constexpr std::int64_t sample_length = 17;

inline Schema sample_schema(std::int64_t keep_y = 5) {
  Schema schema;
  schema.loci = sample_loci;
  schema.length = sample_length;
  schema.models = {{"deepstarr", {{"dev"}, {"hk"}}}, {"other model", {{"out/BiasAdd:0"}}}};
  schema.methods = {{"additive-ridge",
                     {"intercept", "lambda", "r2"},
                     {{"gauge", "zero-sum"}, {"lambda.units", "1"}},
                     {attribution::map_array(sample_length)}},
                    {"ism", {}, {}, {attribution::map_array(sample_length)}}};
  schema.methods[0].arrays.push_back(
      {"pairs", {3, 4, 4}, attribution::NumberType::float64, {{"axes", "pair, base, base"}, {"units", "none"}}});
  schema.methods[0].constants = {
      {"positions", {3, 2}, std::vector<std::int64_t>{0, 1, 0, 2, 1, 2}, {{"axes", "pair, position"}}},
      {"penalties", {4}, std::vector<double>{0.1, 1, 10, 100}, {}}};
  for (int note = 0; note < 12; ++note) schema.methods[1].notes["note" + std::to_string(note)] = std::string(40, 'n');
  schema.task_scalars = {"wild_type", "library_mean"};
  schema.keep_y = keep_y;
  return schema;
}

inline Provenance sample_provenance() {
  Provenance provenance = {{"version", "0.1.0"}, {"library.seed", "42"}, {"alpha", ""}, {"beta", "ünïcode"}};
  provenance.emplace_back("long", std::string(100'000, 'p') + "end");
  return provenance;
}

inline std::vector<genome::Locus> sample_loci_table() {
  std::vector<genome::Locus> loci;
  for (std::int64_t i = 0; i < sample_loci; ++i) {
    loci.push_back({"chr" + std::to_string(i % 11), 100 * i - 5, 100 * i + 12, i % 2 == 0 ? '+' : '-',
                    i == 3 ? "" : "peak" + std::string(static_cast<std::size_t>(i), 'k'), ""});
  }
  return loci;
}

// Row `index`: done, except that every fifth failed without results and every seventh was skipped.
inline Row sample_row(std::int64_t index, Schema const& schema) {
  Row row;
  row.index = index;
  for (std::int64_t i = 0; i < schema.length; ++i) row.sequence += "ACGTN"[(index + i) % 5];
  if (index % 5 == 4 || index % 7 == 6) {
    row.status = index % 5 == 4 ? Status::failed : Status::skipped;
    row.message = "reason " + std::to_string(index);
    return row;
  }
  auto const value = [index](std::int64_t i) { return static_cast<double>(index) + 0.001 * static_cast<double>(i); };
  std::int64_t next = 0;
  std::vector<MethodSchema const*> methods;
  for (ModelSchema const& model : schema.models) {
    for (std::size_t task = 0; task < model.tasks.size(); ++task) {
      for (MethodSchema const& each : methods_of(schema, model)) methods.push_back(&each);
    }
  }
  for (MethodSchema const* const each : methods) {
    MethodSchema const& method = *each;
    attribution::MethodResult& made = row.results.emplace_back();
    for (attribution::ArraySchema const& array : method.arrays) {
      std::vector<double> values;
      for (std::int64_t i = 0; i < array.size(); ++i) values.push_back(value(next++));
      made.arrays.emplace_back(values);
      if (array.type == attribution::NumberType::float32)
        made.arrays.back() = std::vector<float>(values.begin(), values.end());
    }
    for (std::size_t i = 0; i < method.scalars.size(); ++i) made.scalars.push_back(-value(next++));
  }
  for (std::int64_t i = 0; i < task_scalar_count(schema); ++i) row.task_scalars.push_back(value(i) * 1e3);
  std::int64_t const tasks = task_scalar_count(schema) / 2;
  for (std::int64_t i = 0; i < tasks * schema.keep_y; ++i) row.y.push_back(static_cast<float>(value(i) + 7));
  return row;
}

inline std::string bytes_of(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_bytes(std::string const& path, std::string const& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// A complete store made by one process without MPI's driver.
inline void make_alone(std::string const& path, Schema const& schema = sample_schema()) {
  mpi::Communicator const alone;
  Writer::create_collective(alone, path, schema, sample_provenance(), sample_loci_table());
  Writer writer = Writer::open_collective(alone, path);
  for (std::int64_t i = 0; i < schema.loci; ++i) writer.write_row(sample_row(i, schema));
  writer.close_collective();
}

// A folder that all ranks share, removed by rank 0.
class SharedFolder {
 public:
  explicit SharedFolder(mpi::Communicator const& communicator) : communicator_(communicator) {
    if (communicator.rank() == 0) own_.emplace();
    root_ = communicator.broadcast(own_ ? own_->file("") : "");
  }
  SharedFolder(SharedFolder const&) = delete;
  SharedFolder& operator=(SharedFolder const&) = delete;
  ~SharedFolder() { communicator_.barrier(); }
  std::string file(std::string const& name) const { return root_ + name; }

 private:
  mpi::Communicator communicator_;
  std::optional<shoal::test::TemporaryFolder> own_;
  std::string root_;
};

}  // namespace shoal::store::test
