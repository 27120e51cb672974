// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <tuple>
#include <utility>

#include "base/error.hpp"
#include "base/index.hpp"
#include "motif/filters.hpp"
#include "motif/filters/first_layer.hpp"

namespace shoal::motif {

namespace {

constexpr std::int64_t most_values = std::int64_t{1} << 24;  // activations in memory at once

// A window that could be aligned, and the activation that it belongs to.
struct Window {
  float activation = 0;
  std::int64_t sequence = 0;
  std::int64_t start = 0;

  // Before others: the larger activation, then the earlier place.
  bool operator<(Window const& other) const {
    return std::tuple(-activation, sequence, start) < std::tuple(-other.activation, other.sequence, other.start);
  }
};

using Counts = std::vector<std::array<std::int64_t, 4>>;  // [window] of each base

// What one filter's windows at each threshold add up to.
struct Aligned {
  float largest = -INFINITY;
  std::vector<Counts> counts;         // [thresholds] windows that exceed this threshold and not the next one
  std::vector<std::int64_t> windows;  // the same
  std::vector<Window> kept;           // with a limit: a heap whose front is the last of them in order
};

class FilterAligner {
 public:
  FilterAligner(scan::NamedNetwork const& network, genome::LocusTable& sequences, FilterOptions const& options)
      : layer_(network.network),
        sequences_(sequences),
        options_(options),
        thresholds_(options.thresholds),
        filters_(at(layer_.filters())) {
    std::ranges::sort(thresholds_);
    if (sequences.length() != network.network->input_length()) {
      fail(ErrorCode::input, fmt::format("the sequences have {} bases, but the network {} reads {}", sequences.length(),
                                         network.name, network.network->input_length()));
    }
    for (Aligned& filter : filters_) {
      filter.counts.assign(thresholds_.size(), Counts(at(options.window)));
      filter.windows.assign(thresholds_.size(), 0);
    }
  }

  void run() {
    over_pieces([this](std::int64_t first, float const* values, auto const&) { find_largest(first, values); });
    if (options_.most_windows == 0) {
      over_pieces([this](std::int64_t, float const* values, auto const& codes) { count_windows(values, codes); });
      for (Aligned& filter : filters_) accumulate(filter);
    } else {
      for (Aligned& filter : filters_) count_kept(filter);
    }
  }

  FirstLayer const& layer() const { return layer_; }
  std::vector<Aligned> const& filters() const { return filters_; }
  std::vector<double> const& thresholds() const { return thresholds_; }

 private:
  template <class Work>
  void over_pieces(Work const& work) {
    std::int64_t const columns = layer_.positions() * layer_.filters();
    std::int64_t const piece = std::clamp<std::int64_t>(most_values / columns, 1, 4096);
    for (std::int64_t first = 0; first < sequences_.size(); first += piece) {
      std::vector<genome::Codes> codes;
      for (std::int64_t i = first; i < std::min(first + piece, sequences_.size()); ++i) {
        codes.push_back(sequences_.sequence(i));
      }
      sequences_.check_letters();
      count_ = static_cast<std::int64_t>(codes.size());
      std::vector<float> values(at(count_ * columns));
#pragma omp parallel for num_threads(options_.threads) schedule(dynamic, 8) if (options_.threads > 1)
      for (std::int64_t i = 0; i < count_; ++i) layer_.evaluate(codes[at(i)].data(), values.data() + i * columns);
      work(first, values.data(), codes);
    }
  }

  template <class Work>
  void over_filters(Work const& work) {
#pragma omp parallel for num_threads(options_.threads) schedule(dynamic, 1) if (options_.threads > 1)
    for (std::int64_t f = 0; f < layer_.filters(); ++f) work(f, filters_[at(f)]);
  }

  float const* row(float const* values, std::int64_t sequence, std::int64_t filter) const {
    return values + (sequence * layer_.filters() + filter) * layer_.positions();
  }

  // Of the window around position p; negative: there is none.
  std::int64_t start_of(std::int64_t p) const {
    std::int64_t const start = layer_.middle(p) - options_.window / 2;
    return start > 0 && start + options_.window <= sequences_.length() ? start : -1;
  }

  void find_largest(std::int64_t first, float const* values) {
    over_filters([&](std::int64_t f, Aligned& filter) {
      for (std::int64_t i = 0; i < count_; ++i) {
        float const* const own = row(values, i, f);
        for (std::int64_t p = 0; p < layer_.positions(); ++p) {
          filter.largest = std::max(filter.largest, own[p]);
          if (options_.most_windows > 0) keep(filter, {own[p], first + i, start_of(p)});
        }
      }
    });
  }

  void keep(Aligned& filter, Window const& window) const {
    if (window.start < 0) return;
    bool const is_full = static_cast<std::int64_t>(filter.kept.size()) == options_.most_windows;
    if (is_full && !(window < filter.kept.front())) return;
    if (is_full) {
      std::ranges::pop_heap(filter.kept, std::less<>());
      filter.kept.pop_back();
    }
    filter.kept.push_back(window);
    std::ranges::push_heap(filter.kept, std::less<>());
  }

  // How many thresholds the activation exceeds.
  std::size_t passed(Aligned const& filter, float activation) const {
    std::size_t number = 0;
    while (number < thresholds_.size() && activation > thresholds_[number] * filter.largest) ++number;
    return number;
  }

  void add(Aligned& filter, std::size_t threshold, std::uint8_t const* codes) const {
    ++filter.windows[threshold];
    for (std::int64_t i = 0; i < options_.window; ++i) {
      if (codes[i] < 4) ++filter.counts[threshold][at(i)][codes[i]];
    }
  }

  void count_windows(float const* values, std::vector<genome::Codes> const& codes) {
    over_filters([&](std::int64_t f, Aligned& filter) {
      for (std::int64_t i = 0; i < count_; ++i) {
        float const* const own = row(values, i, f);
        for (std::int64_t p = 0; p < layer_.positions(); ++p) {
          std::size_t const number = passed(filter, own[p]);
          std::int64_t const start = number > 0 ? start_of(p) : -1;
          if (start >= 0) add(filter, number - 1, codes[at(i)].data() + start);
        }
      }
    });
  }

  // Windows that exceed a threshold exceed the lower ones too.
  void accumulate(Aligned& filter) const {
    for (std::size_t t = thresholds_.size() - 1; t > 0; --t) {
      filter.windows[t - 1] += filter.windows[t];
      for (std::size_t i = 0; i < filter.counts[t].size(); ++i) {
        for (std::size_t base = 0; base < 4; ++base) filter.counts[t - 1][i][base] += filter.counts[t][i][base];
      }
    }
  }

  void count_kept(Aligned& filter) {
    for (Window const& window : filter.kept) {
      std::size_t const number = passed(filter, window.activation);
      if (number > 0) add(filter, number - 1, sequences_.sequence(window.sequence).data() + window.start);
    }
    accumulate(filter);
  }

  FirstLayer layer_;
  genome::LocusTable& sequences_;
  FilterOptions const& options_;
  std::vector<double> thresholds_;
  std::vector<Aligned> filters_;
  std::int64_t count_ = 0;  // sequences in the current piece
};

std::vector<Column> shares(Counts const& counts, std::int64_t windows) {
  std::vector<Column> columns(counts.size(), Column{0.25, 0.25, 0.25, 0.25});
  if (windows < 2) return columns;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    std::int64_t sum = 0;
    for (std::int64_t const count : counts[i]) sum += count;
    for (std::size_t base = 0; base < 4 && sum > 0; ++base) {
      columns[i][base] = static_cast<double>(counts[i][base]) / static_cast<double>(sum);
    }
  }
  return columns;
}

void clip(FilterMotif& motif, FilterOptions const& options) {
  auto const bits = information(motif.columns);
  motif.first = 0;
  motif.last = static_cast<std::int64_t>(bits.size());
  auto const is_informative = [&](double bit) { return bit > options.clip_information; };
  auto const first = std::ranges::find_if(bits, is_informative);
  if (first == bits.end()) return;
  auto const last = std::find_if(bits.rbegin(), bits.rend(), is_informative).base();
  motif.first = std::max<std::int64_t>(0, first - bits.begin() - options.clip_flank);
  motif.last = std::min<std::int64_t>(motif.last, last - bits.begin() + options.clip_flank);
  motif.columns = std::vector<Column>(motif.columns.begin() + motif.first, motif.columns.begin() + motif.last);
}

void check(FilterOptions const& options) {
  auto const is_share = [](double threshold) { return threshold > 0 && threshold < 1; };
  if (options.thresholds.empty() || !std::ranges::all_of(options.thresholds, is_share)) {
    fail(ErrorCode::config, "activation thresholds are shares of the largest activation, between 0 and 1");
  }
  if (options.window < 1 || options.window > 250) fail(ErrorCode::config, "windows of filters have 1 to 250 bases");
}

}  // namespace

std::vector<FilterMotif> filter_motifs(scan::NamedNetwork const& network, genome::LocusTable& sequences,
                                       FilterOptions const& options) {
  check(options);
  FilterAligner aligner(network, sequences, options);
  aligner.run();
  std::vector<FilterMotif> motifs;
  for (std::size_t t = 0; t < aligner.thresholds().size(); ++t) {
    for (std::size_t f = 0; f < aligner.filters().size(); ++f) {
      Aligned const& aligned = aligner.filters()[f];
      FilterMotif motif;
      motif.network = network.name;
      motif.layer = aligner.layer().name();
      motif.filter = static_cast<std::int64_t>(f);
      motif.threshold = aligner.thresholds()[t];
      motif.largest = static_cast<double>(aligned.largest);
      motif.windows = aligned.windows[t];
      motif.columns = shares(aligned.counts[t], motif.windows);
      clip(motif, options);
      motifs.push_back(std::move(motif));
    }
  }
  return motifs;
}

}  // namespace shoal::motif
