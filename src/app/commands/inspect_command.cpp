// SPDX-License-Identifier: MIT
// shoal inspect: what a store holds, and whether it is sound.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "app/command_line/command_line.hpp"
#include "app/commands/commands.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "exports/stored_surrogate.hpp"
#include "mpi/communicator.hpp"
#include "store/reader.hpp"

namespace shoal::app {

namespace {

constexpr std::array<char const*, 4> status_names = {"pending", "done", "failed", "skipped"};
// Failed and skipped loci are listed up to this many.
constexpr std::int64_t listed_rows = 20;

struct InspectArguments {
  std::string store;
  std::string locus;
  std::string array;
  int top = 10;
  bool verify = false;

  CommandTable table();
};

CommandTable InspectArguments::table() {
  CommandTable table{.name = "inspect",
                     .summary = "Prints a store's status counts and provenance; one locus; or verifies every row.",
                     .positional = "store",
                     .options = {}};
  table.options.section("inspect");
  table.options.add<std::string>({
      .name = "store",
      .target = &store,
      .value = "FILE",
      .help = "the store",
      .example = "store.h5",
  });
  table.options.add<std::string>({
      .name = "locus",
      .target = &locus,
      .value = "NAME|ROW",
      .help = "print this locus's scalars and top positions",
      .example = "0",
  });
  table.options.add<int>({
      .name = "top",
      .target = &top,
      .value = "K",
      .help = "how many positions",
  });
  table.options.add<std::string>({
      .name = "array",
      .target = &array,
      .value = "NAME",
      .help =
          "which of a method's arrays of bases by positions; default: effects, on the wild type, of surrogates with "
          "interactions, all of other methods",
      .example = "map",
  });
  table.options.add<bool>({
      .name = "verify",
      .target = &verify,
      .help = "check every row against its checksum, and all else that the store says",
  });
  return table;
}

std::string locus_text(genome::Locus const& locus) {
  return fmt::format("{} {}:{}-{} ({})", locus.name, locus.contig, locus.start, locus.end, locus.strand);
}

// What a network reads of the window, where that is a part.
std::string part_text(store::ModelSchema const& model) {
  if (!model.part) return "";
  return fmt::format("; reads {} bases, from base {} of the window on (on the + strand, from 0)", model.part->length,
                     model.part->offset);
}

void print_overview(store::Reader const& reader) {
  store::Schema const& schema = reader.schema();
  fmt::print("{} loci of {} bases\n", schema.loci, schema.length);
  auto const statuses = reader.statuses();
  for (std::size_t status = 0; status < status_names.size(); ++status) {
    auto const count = std::count(statuses.begin(), statuses.end(), static_cast<store::Status>(status));
    fmt::print("  {:<8} {}\n", status_names[status], count);
  }
  std::int64_t listed = 0;
  for (std::int64_t index = 0; index < schema.loci && listed < listed_rows; ++index) {
    auto const status = statuses[static_cast<std::size_t>(index)];
    if (status != store::Status::failed && status != store::Status::skipped) continue;
    ++listed;
    fmt::print("  row {} {} {}: {}\n", index, status_names[static_cast<std::size_t>(status)],
               locus_text(reader.locus(index)), reader.row(index).message);
  }
  for (auto const& model : schema.models) {
    std::vector<std::string> tasks;
    for (auto const& task : model.tasks) tasks.push_back(task.name);
    fmt::print("model {}: tasks {}{}\n", model.name, join(tasks, ", "), part_text(model));
  }
  for (auto const& method : schema.methods) {
    std::vector<std::string> arrays;
    for (attribution::ArraySchema const& array : method.arrays) {
      arrays.push_back(fmt::format("{} [{}]", array.name, fmt::join(array.shape, ", ")));
    }
    fmt::print("method {}: {}; {}\n", method.name, join(arrays, ", "), join(method.scalars, ", "));
  }
  fmt::print("provenance\n");
  for (auto const& [key, value] : reader.provenance()) fmt::print("  {} = {}\n", key, value);
}

// The row that `wanted` names: a locus's name (the first of that name) or a row number.
std::int64_t find_row(store::Reader const& reader, std::string const& wanted) {
  auto const loci = reader.loci(0, reader.schema().loci);
  auto const named = std::find_if(loci.begin(), loci.end(), [&](auto const& locus) { return locus.name == wanted; });
  if (named != loci.end()) return named - loci.begin();
  if (auto const row = parse_integer(wanted); row && *row >= 0 && *row < reader.schema().loci) return *row;
  fail(ErrorCode::config, fmt::format("--locus {}: the store has no locus of that name, nor such a row (0 to {})",
                                      shoal::quoted(wanted), reader.schema().loci - 1));
}

// Positions by falling effect: the largest difference between two bases of the map's column.
std::vector<std::size_t> top_positions(float const* map, std::size_t length, int count) {
  auto const effect = [map, length](std::size_t position) {
    float low = map[position];
    float high = map[position];
    for (std::size_t base = 1; base < 4; ++base) {
      low = std::min(low, map[base * length + position]);
      high = std::max(high, map[base * length + position]);
    }
    return high - low;
  };
  std::vector<std::size_t> order(length);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return effect(a) > effect(b); });
  order.resize(std::min(length, static_cast<std::size_t>(std::max(count, 0))));
  return order;
}

void print_map(float const* map, std::string const& sequence, int top) {
  std::size_t const length = sequence.size();
  fmt::print("    position base {:>11} {:>11} {:>11} {:>11}\n", "A", "C", "G", "T");
  for (std::size_t const position : top_positions(map, length, top)) {
    fmt::print("    {:>8} {:>4}", position, sequence[position]);
    for (std::size_t base = 0; base < 4; ++base) fmt::print(" {:>11.5f}", map[base * length + position]);
    fmt::print("\n");
  }
}

// Whether an array of the method is printed. What belongs to `effects`, such as its errors, goes with it.
bool is_shown(store::MethodSchema const& method, std::string const& array, std::string const& wanted) {
  if (!wanted.empty()) return array == wanted;
  return exports::usual_array(method) == "map" || array == "effects" || array == "effects_error";
}

// The scalars and, of the arrays of bases by positions that are shown, the top positions.
void print_result(store::MethodSchema const& method, attribution::MethodResult const& result,
                  std::string const& sequence, InspectArguments const& arguments) {
  fmt::print("  {}\n", method.name);
  for (std::size_t scalar = 0; scalar < method.scalars.size(); ++scalar) {
    fmt::print("    {} = {:.6g}\n", method.scalars[scalar], result.scalars[scalar]);
  }
  for (std::size_t array = 0; array < method.arrays.size(); ++array) {
    bool const is_map = method.arrays[array].shape == std::vector<std::int64_t>{4, std::ssize(sequence)};
    auto const* const map = std::get_if<std::vector<float>>(&result.arrays[array]);
    if (!is_map || map == nullptr || !is_shown(method, method.arrays[array].name, arguments.array)) continue;
    if (array > 0) fmt::print("    {}\n", method.arrays[array].name);
    print_map(map->data(), sequence, arguments.top);
  }
}

// Errors: config, when no method has the array that is asked for.
void check_array(store::Schema const& schema, std::string const& wanted) {
  auto const has = [&](store::MethodSchema const& method) {
    return std::any_of(method.arrays.begin(), method.arrays.end(),
                       [&](attribution::ArraySchema const& array) { return array.name == wanted; });
  };
  if (wanted.empty() || std::any_of(schema.methods.begin(), schema.methods.end(), has)) return;
  fail(ErrorCode::config, fmt::format("--array {}: no method of the store has it", shoal::quoted(wanted)));
}

void print_locus(store::Reader const& reader, std::int64_t index, InspectArguments const& arguments) {
  store::Schema const& schema = reader.schema();
  check_array(schema, arguments.array);
  store::Row const row = reader.row(index);
  genome::Locus const locus = reader.locus(index);
  fmt::print("row {}: {}\n  status {}{}\n", index, locus_text(locus),
             status_names[static_cast<std::size_t>(row.status)], row.message.empty() ? "" : ": " + row.message);
  if (row.status != store::Status::done) return;
  double const* task_scalar = row.task_scalars.data();
  auto result = row.results.begin();
  for (auto const& model : schema.models) {
    genome::WindowPart const part = store::window_part(schema, model);
    auto const first = static_cast<std::size_t>(genome::oriented_start(part, schema.length, locus.strand));
    std::string const sequence = row.sequence.substr(first, static_cast<std::size_t>(part.length));
    for (auto const& task : model.tasks) {
      fmt::print("{} / {}{}\n", model.name, task.name,
                 model.part ? " at " + locus_text(genome::part_of(locus, part)) : "");
      for (auto const& name : schema.task_scalars) fmt::print("  {} = {:.6g}\n", name, *task_scalar++);
      for (auto const& method : store::methods_of(schema, model)) print_result(method, *result++, sequence, arguments);
    }
  }
}

// Checks every row against its checksum, then everything else.
int verify_store(store::Reader const& reader) {
  auto const stored = reader.statuses();
  auto const verified = reader.verified(0, reader.schema().loci);
  std::int64_t pending = 0;
  std::int64_t damaged = 0;
  for (std::size_t row = 0; row < stored.size(); ++row) {
    if (stored[row] == store::Status::pending) ++pending;
    if (stored[row] == verified[row]) continue;
    ++damaged;
    auto const index = static_cast<std::int64_t>(row);
    fmt::print("row {} is damaged: {}\n", index, locus_text(reader.locus(index)));
  }
  auto const elsewhere = reader.damage();
  for (std::string const& what : elsewhere) fmt::print("damaged: {}\n", what);
  fmt::print("{} rows verified, {} damaged, {} pending\n", reader.schema().loci - pending, damaged, pending);
  if (damaged == 0 && elsewhere.empty()) return exit_done;
  log(LogLevel::error, elsewhere.empty() ? "the store is damaged; shoal scan --resume computes those rows again"
                                         : "the store is damaged: make it again");
  return exit_status(ErrorCode::input);
}

}  // namespace

int run_inspect(std::vector<std::string> const& words) {
  InspectArguments arguments;
  bool const first_rank = mpi::rank_before_start() == 0;
  if (auto const text = parse_command_line(arguments.table(), words)) {
    if (first_rank) fmt::print("{}", *text);
    return exit_done;
  }
  if (!first_rank) return exit_done;
  if (arguments.store.empty()) fail(ErrorCode::config, "no store was given: shoal inspect STORE");
  store::Reader const reader(arguments.store);
  if (arguments.verify) return verify_store(reader);
  if (arguments.locus.empty()) {
    print_overview(reader);
  } else {
    print_locus(reader, find_row(reader, arguments.locus), arguments);
  }
  return exit_done;
}

}  // namespace shoal::app
