// SPDX-License-Identifier: MIT
#include "compare/sources/store_set.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/not_a_number.hpp"
#include "base/text.hpp"
#include "compare/sources/same_loci.hpp"
#include "exports/stored_surrogate.hpp"

namespace shoal::compare {

namespace {

std::size_t place_of(std::vector<std::string>& names, std::string const& name) {
  auto const found = std::ranges::find(names, name);
  if (found != names.end()) return at(found - names.begin());
  names.push_back(name);
  return names.size() - 1;
}

std::optional<std::size_t> find_array(store::MethodSchema const& method, std::string_view name, std::int64_t length) {
  for (std::size_t i = 0; i < method.arrays.size(); ++i) {
    if (method.arrays[i].name == name && method.arrays[i].shape == std::vector<std::int64_t>{4, length}) return i;
  }
  return std::nullopt;
}

// The map before gradient correction where the store has both, the effects of surrogates with interactions, otherwise
// the map; nothing for a method without such an array.
std::optional<std::size_t> wanted_array(store::MethodSchema const& method, std::int64_t length) {
  if (auto const raw = find_array(method, "map_raw", length)) return raw;
  return find_array(method, exports::usual_array(method), length);
}

std::string provenance_of(store::Reader const& reader, std::string const& key) {
  for (auto const& [name, value] : reader.provenance()) {
    if (name == key) return value;
  }
  return {};
}

// The part [4, length] of an array [4, whole] from `first` on.
std::vector<double> cut(attribution::ArrayValues const& values, std::int64_t whole, std::int64_t first,
                        std::int64_t length) {
  std::vector<double> part(at(4 * length));
  std::visit(
      [&](auto const& all) {
        for (std::int64_t base = 0; base < 4; ++base) {
          for (std::int64_t i = 0; i < length; ++i) {
            part[at(base * length + i)] = static_cast<double>(all[at(base * whole + first + i)]);
          }
        }
      },
      values);
  return part;
}

double norm(std::vector<double> const& values) {
  double squares = 0;
  for (double const value : values) squares += value * value;
  return std::sqrt(squares);
}

}  // namespace

StoreSet::StoreSet(std::vector<std::string> const& paths, std::vector<std::string> const& scalars) : scalars_(scalars) {
  if (paths.empty()) fail(ErrorCode::config, "no store was given: --store FILE");
  for (std::string const& path : paths) readers_.emplace_back(path);
  for (store::Reader const& reader : readers_) {
    auto const damage = reader.damage();
    if (!damage.empty()) fail(ErrorCode::input, fmt::format("{} is damaged: {}", reader.path(), damage.front()));
    check_same_loci(readers_.front(), reader);
    digests_.push_back(contents_digest(reader));
  }
  for (std::size_t store = 0; store < readers_.size(); ++store) add_units(store);
  for (std::size_t store = 0; store < readers_.size(); ++store) add_randomised(store);
  if (units_.empty()) fail(ErrorCode::input, fmt::format("{} has no method with maps", readers_.front().path()));
  group_tasks();
  find_window();
  std::vector<std::vector<store::Status>> statuses;
  for (store::Reader const& reader : readers_) statuses.push_back(reader.statuses());
  for (std::int64_t row = 0; row < loci(); ++row) {
    bool const is_done =
        std::ranges::all_of(statuses, [&](auto const& each) { return each[at(row)] == store::Status::done; });
    if (is_done) rows_.push_back(row);
  }
  if (rows_.empty()) fail(ErrorCode::input, "no locus is done in every store");
}

void StoreSet::add_units(std::size_t store) {
  store::Reader const& reader = readers_[store];
  store::Schema const& schema = reader.schema();
  for (std::size_t model = 0; model < schema.models.size(); ++model) {
    store::ModelSchema const& network = schema.models[model];
    if (!provenance_of(reader, fmt::format("model.{}.randomised", network.name)).empty()) continue;
    std::size_t const number = place_of(networks_, network.name);
    for (Unit const& unit : units_) {
      auto const& other = readers_[unit.store];
      std::string const key = fmt::format("model.{}.digest", network.name);
      if (unit.network == number && provenance_of(other, key) != provenance_of(reader, key)) {
        fail(ErrorCode::input, fmt::format("{} and {} have different networks called {}: give one another name with "
                                           "--model NAME=FILE",
                                           other.path(), reader.path(), shoal::quoted(network.name)));
      }
    }
    std::int64_t const length = store::window_part(schema, network).length;
    for (std::size_t task = 0; task < network.tasks.size(); ++task) {
      auto const& methods = store::methods_of(schema, network);
      for (std::size_t method = 0; method < methods.size(); ++method) {
        auto const map = wanted_array(methods[method], length);
        if (!map) continue;
        Unit unit{.network = number,
                  .question = task,
                  .method = place_of(methods_, methods[method].name),
                  .task = network.tasks[task].name,
                  .store = store,
                  .result = store::result_index(schema, model, task, method),
                  .map = *map,
                  .deviation = find_array(methods[method], "map_sd", length),
                  .scalars = {},
                  .network_length = length};
        for (std::string const& scalar : scalars_) {
          auto const& names = methods[method].scalars;
          auto const found = std::ranges::find(names, scalar);
          unit.scalars.push_back(found == names.end() ? Unit::npos : at(found - names.begin()));
        }
        units_.push_back(std::move(unit));
      }
    }
  }
}

void StoreSet::add_randomised(std::size_t store) {
  store::Reader const& reader = readers_[store];
  store::Schema const& schema = reader.schema();
  for (std::size_t model = 0; model < schema.models.size(); ++model) {
    std::string const text = provenance_of(reader, fmt::format("model.{}.randomised", schema.models[model].name));
    if (text.empty()) continue;
    auto const colon = text.find(':');
    auto const layers = parse_integer(text.substr(0, colon));
    if (!layers || colon == std::string::npos) {
      fail(ErrorCode::input, fmt::format("{}: model.{}.randomised is {}, not LAYERS:NETWORK", reader.path(),
                                         schema.models[model].name, shoal::quoted(text)));
    }
    std::string const trained = text.substr(colon + 1);
    for (Unit& unit : units_) {
      if (unit.store != store || networks_[unit.network] != trained) continue;
      // A copy has the tasks and methods of its network, in their order: so the results are as far apart as the models.
      std::size_t base = 0;
      while (schema.models[base].name != trained) ++base;
      std::size_t const first = store::result_index(schema, base, 0, 0);
      std::size_t const of_copy = store::result_index(schema, model, 0, 0);
      unit.randomised.push_back({*layers, unit.result - first + of_copy});
    }
  }
  for (Unit& unit : units_) std::ranges::sort(unit.randomised, {}, &RandomisedCopy::layers);
}

void StoreSet::group_tasks() {
  std::map<std::size_t, std::set<std::string>> names;  // of every network's tasks
  std::map<std::size_t, std::size_t> counts;
  for (Unit const& unit : units_) {
    names[unit.network].insert(unit.task);
    counts[unit.network] = std::max(counts[unit.network], unit.question + 1);
  }
  auto const same = [](auto const& of_networks) {
    return std::ranges::all_of(of_networks,
                               [&](auto const& each) { return each.second == of_networks.begin()->second; });
  };
  // Networks whose heads have other names, but as many of them, are compared by the heads' order.
  bool const by_name = same(names) || !same(counts);
  for (Unit& unit : units_) {
    std::string const name =
        by_name ? unit.task
                : (counts.begin()->second == 1 ? std::string("task") : fmt::format("task {}", unit.question + 1));
    unit.question = place_of(questions_, name);
  }
  std::set<std::tuple<std::size_t, std::string, std::size_t>> seen;
  for (Unit const& unit : units_) {
    if (seen.emplace(unit.network, unit.task, unit.method).second) continue;
    fail(ErrorCode::input,
         fmt::format("{} has {} of network {}, task {}, which another store has too", readers_[unit.store].path(),
                     methods_[unit.method], shoal::quoted(networks_[unit.network]), shoal::quoted(unit.task)));
  }
}

std::string StoreSet::network_digest(std::string const& network) const {
  for (store::Reader const& reader : readers_) {
    std::string const digest = provenance_of(reader, fmt::format("model.{}.digest", network));
    if (!digest.empty()) return digest;
  }
  return {};
}

void StoreSet::find_window() {
  std::int64_t first = std::numeric_limits<std::int64_t>::min();
  std::int64_t last = std::numeric_limits<std::int64_t>::max();
  for (Unit const& unit : units_) {
    first = std::max(first, -(unit.network_length / 2));
    last = std::min(last, unit.network_length - unit.network_length / 2);
  }
  first_ = first;
  length_ = last - first;
  for (Unit& unit : units_) unit.window_offset = first_ + unit.network_length / 2;
}

genome::WindowPart StoreSet::window_in(store::Schema const& schema) const {
  return {first_ + schema.length / 2, length_};
}

genome::Locus StoreSet::window(std::int64_t row) const {
  return genome::part_of(readers_.front().locus(row), window_in(readers_.front().schema()));
}

std::vector<double> StoreSet::faithfulness_of(store::StoredRow const& row, Unit const& unit) const {
  auto const found = std::ranges::find(scalars_, "faithfulness_r2");
  if (found == scalars_.end() || unit.randomised.empty()) return {};
  std::size_t const place = unit.scalars[at(found - scalars_.begin())];
  if (place == Unit::npos) return {};
  std::vector<double> values = {row.row.results[unit.result].scalars[place]};
  for (RandomisedCopy const& copy : unit.randomised) values.push_back(row.row.results[copy.result].scalars[place]);
  return values;
}

LocusMaps StoreSet::read(std::int64_t row) const {
  LocusMaps result{.row = row,
                   .locus = {},
                   .codes = {},
                   .whole = {},
                   .whole_codes = {},
                   .maps = {},
                   .scalars = {},
                   .randomised = {},
                   .faithfulness = {},
                   .spreads = {}};
  std::vector<store::StoredRow> stored;
  for (store::Reader const& reader : readers_) {
    auto found = reader.verified_row(row);
    if (!found) {
      fail(ErrorCode::input, fmt::format("{}: row {} ({}) is damaged: its bytes do not match its checksum; shoal scan "
                                         "--resume computes it again",
                                         reader.path(), row, place_text(reader.locus(row))));
    }
    genome::WindowPart const part = window_in(reader.schema());
    auto const codes = genome::to_codes(found->row.sequence);
    auto const window = genome::part_of(codes, part, found->locus.strand);
    if (stored.empty()) {
      result.locus = genome::part_of(found->locus, part);
      result.codes = window;
      result.whole = found->locus;
      result.whole_codes = codes;
      result.whole_offset = genome::oriented_start(part, reader.schema().length, found->locus.strand);
    } else if (window != result.codes) {
      fail(ErrorCode::input, fmt::format("{}: row {} ({}) has other bases than in {}", reader.path(), row,
                                         place_text(found->locus), readers_.front().path()));
    }
    stored.push_back(std::move(*found));
  }
  for (Unit const& unit : units_) {
    store::StoredRow const& source = stored[unit.store];
    attribution::MethodResult const& values = source.row.results[unit.result];
    std::int64_t const first =
        genome::oriented_start({unit.window_offset, length_}, unit.network_length, source.locus.strand);
    result.maps.push_back(cut(values.arrays[unit.map], unit.network_length, first, length_));
    auto& copies = result.randomised.emplace_back();
    for (RandomisedCopy const& copy : unit.randomised) {
      copies.push_back(cut(source.row.results[copy.result].arrays[unit.map], unit.network_length, first, length_));
    }
    result.faithfulness.push_back(faithfulness_of(source, unit));
    std::vector<double>& numbers = result.scalars.emplace_back();
    for (std::size_t const place : unit.scalars) {
      numbers.push_back(place == Unit::npos ? not_a_number : values.scalars[place]);
    }
    double spread = not_a_number;
    if (unit.deviation) {
      double const size = norm(result.maps.back());
      if (size > 0) spread = norm(cut(values.arrays[*unit.deviation], unit.network_length, first, length_)) / size;
    }
    result.spreads.push_back(spread);
  }
  return result;
}

}  // namespace shoal::compare
