// SPDX-License-Identifier: MIT
#include "global/experiment/arrangements.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"

namespace shoal::global {

namespace {

class ArrangementList {
 public:
  ArrangementList(GlobalOptions const& options, std::int64_t length) : options_(options), length_(length) { arm({}); }

  void add_singles() {
    std::vector<InsertKind> kinds = {InsertKind::motif};
    for (library::Control const control : options_.controls) kinds.push_back(insert_kind(control));
    for (std::size_t number = 0; number < options_.motifs.size(); ++number) {
      library::Motif const& motif = options_.motifs[number];
      for (InsertKind const kind : kinds) {
        for (char const orientation : {'+', '-'}) {
          for (std::int64_t const position : single_positions(options_, motif, length_)) {
            arrangements_.singles.push_back({motif.name, std::string(to_string(kind)), orientation, position});
            arrangements_.single_arms.push_back(arm({{number, kind, orientation, position}}));
          }
        }
      }
    }
  }

  void add_pairs() {
    for (MotifPair const pair : options_.pairs) {
      for (std::string const& orientation : options_.orientations) {
        for (std::int64_t spacing = options_.first_spacing; spacing <= options_.last_spacing; ++spacing) {
          add_pair(pair, orientation, spacing);
        }
      }
    }
  }

  Arrangements take() { return std::move(arrangements_); }

 private:
  void add_pair(MotifPair pair, std::string const& orientation, std::int64_t spacing) {
    std::int64_t const start = pair_start(options_, pair, spacing, length_);
    Insert const upstream{pair.upstream, InsertKind::motif, orientation[0], start};
    Insert const downstream{pair.downstream, InsertKind::motif, orientation[1],
                            start + options_.motifs[pair.upstream].length() + spacing};
    arrangements_.pairs.push_back(
        {options_.motifs[pair.upstream].name, options_.motifs[pair.downstream].name, orientation, spacing, start});
    PairArms arms{arm({upstream, downstream}), arm({upstream}), arm({downstream})};
    if (std::ranges::find(options_.controls, library::Control::scrambled) != options_.controls.end()) {
      Insert scrambled = downstream;
      scrambled.kind = InsertKind::scrambled;
      arms.control_both = arm({upstream, scrambled});
      arms.control_downstream = arm({scrambled});
    }
    arrangements_.pair_arms.push_back(arms);
  }

  std::size_t arm(Arm const& inserts) {
    auto const [place, is_new] = numbers_.try_emplace(inserts, arrangements_.arms.size());
    if (is_new) arrangements_.arms.push_back(inserts);
    return place->second;
  }

  GlobalOptions const& options_;
  std::int64_t length_;
  Arrangements arrangements_;
  std::map<Arm, std::size_t> numbers_;
};

}  // namespace

std::string_view to_string(InsertKind kind) {
  switch (kind) {
    case InsertKind::motif:
      return "motif";
    case InsertKind::scrambled:
      return library::to_string(library::Control::scrambled);
    case InsertKind::dinucleotide:
      break;
  }
  return library::to_string(library::Control::dinucleotide);
}

InsertKind insert_kind(library::Control control) {
  return control == library::Control::scrambled ? InsertKind::scrambled : InsertKind::dinucleotide;
}

std::int64_t pair_start(GlobalOptions const& options, MotifPair pair, std::int64_t spacing, std::int64_t length) {
  if (options.pair_start >= 0) return options.pair_start;
  std::int64_t const span = options.motifs[pair.upstream].length() + spacing + options.motifs[pair.downstream].length();
  // It may be negative: then the pair does not fit.
  return length >= span ? (length - span) / 2 : -1;
}

std::vector<std::int64_t> single_positions(GlobalOptions const& options, library::Motif const& motif,
                                           std::int64_t length) {
  if (!options.positions.empty()) return options.positions;
  return {(length - motif.length()) / 2};
}

Arrangements make_arrangements(GlobalOptions const& options, std::int64_t length) {
  ArrangementList list(options, length);
  list.add_singles();
  list.add_pairs();
  return list.take();
}

}  // namespace shoal::global
