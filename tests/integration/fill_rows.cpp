// SPDX-License-Identifier: MIT
// Writes chosen rows of a store as a scan does, for stores that no scan could fill in a test's time:
//
//   shoal_fill_rows STORE ROW...      these rows, done
//   shoal_fill_rows STORE --large P   a new store of two loci, its method with an array of P pairs; then its row 1
//
// Element i of an array of row r is r mod 1000 + (i mod 1024) / 1024, exact in float32.
#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "mpi/communicator.hpp"
#include "store/writer.hpp"

namespace {

using namespace shoal;

std::int64_t number(std::string const& text) {
  auto const value = parse_integer(text);
  if (!value) fail(ErrorCode::config, fmt::format("{} is no number", text));
  return *value;
}

store::Row row_of(store::Schema const& schema, std::int64_t index) {
  store::Row row;
  row.index = index;
  row.sequence = std::string(static_cast<std::size_t>(schema.length), "ACGT"[index % 4]);
  for (std::int64_t result = 0; result < store::result_count(schema); ++result) {
    auto const& method = schema.methods[static_cast<std::size_t>(result) % schema.methods.size()];
    attribution::MethodResult& made = row.results.emplace_back();
    made.scalars.assign(method.scalars.size(), static_cast<double>(index));
    for (attribution::ArraySchema const& array : method.arrays) {
      std::vector<float> values(static_cast<std::size_t>(array.size()));
      for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<float>(index % 1000) + static_cast<float>(i % 1024) / 1024;
      }
      made.arrays.emplace_back(std::move(values));
    }
  }
  row.task_scalars.assign(static_cast<std::size_t>(store::task_scalar_count(schema)), static_cast<double>(index));
  return row;
}

void create(mpi::Communicator const& communicator, std::string const& path, std::int64_t pairs) {
  store::Schema schema;
  schema.loci = 2;
  schema.length = 16;
  schema.models = {{"one", {{"task"}}}};
  schema.methods = {{"pairwise", {}, {}, {attribution::map_array(schema.length)}}};
  schema.methods[0].arrays.push_back(
      {"pairs", {pairs, 4, 4}, attribution::NumberType::float32, {{"axes", "pair, base, base"}, {"units", "none"}}});
  std::vector<genome::Locus> const loci = {{"chr1", 0, 16, '+', "small", ""}, {"chr1", 16, 32, '+', "large", ""}};
  store::Writer::create_collective(communicator, path, schema, {{"made_by", "fill_rows"}}, loci);
}

void fill(std::vector<std::string> words) {
  if (words.size() < 2) fail(ErrorCode::config, "usage: shoal_fill_rows STORE (ROW... | --large PAIRS)");
  auto const world = mpi::Communicator::world();
  std::string const path = words[0];
  words.erase(words.begin());
  if (words[0] == "--large") {
    create(world, path, number(words.at(1)));
    words = {"1"};
  }
  auto writer = store::Writer::open_collective(world, path);
  for (std::string const& word : words) writer.write_row(row_of(writer.schema(), number(word)));
  writer.close_collective();
}

}  // namespace

int main(int argc, char** argv) {
  mpi::Environment const environment(argc, argv);
  try {
    fill({argv + 1, argv + argc});
    return EXIT_SUCCESS;
  } catch (std::exception const& error) {
    fmt::print(stderr, "{}\n", error.what());
    return EXIT_FAILURE;
  }
}
