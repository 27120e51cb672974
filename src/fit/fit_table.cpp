// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <fstream>

#include "base/error.hpp"
#include "fit/fit_file.hpp"

namespace shoal::fit {

namespace {

// Lines of one model's parameters.
class ParameterLines {
 public:
  ParameterLines(std::ostream& out, std::string const& letters, FittedModel const& model)
      : out_(out), letters_(letters), model_(model) {}

  void write() const {
    auto const& parameters = model_.fit.parameters;
    auto const alphabet = static_cast<std::size_t>(parameters.alphabet);
    auto const& errors = model_.fit.errors;
    std::vector<double> const constant_error{errors ? errors->constant : 0.0};
    line("constant", "\t\t\t", parameters.constant, errors ? &constant_error : nullptr, nullptr, 0);
    for (std::size_t i = 0; i < parameters.additive.size(); ++i) {
      line("additive", fmt::format("{}\t{}\t\t", i / alphabet, letters_[i % alphabet]), parameters.additive[i],
           errors ? &errors->additive : nullptr, model_.bootstrap ? &model_.bootstrap->additive_deviation : nullptr, i);
    }
    for (std::size_t i = 0; i < parameters.pair_effects.size(); ++i) {
      auto const pair = parameters.pairs[i / (alphabet * alphabet)];
      line("pair",
           fmt::format("{}\t{}\t{}\t{}", pair.first, letters_[i / alphabet % alphabet], pair.second,
                       letters_[i % alphabet]),
           parameters.pair_effects[i], errors ? &errors->pair_effects : nullptr,
           model_.bootstrap ? &model_.bootstrap->pair_deviation : nullptr, i);
    }
    if (parameters.pairs.empty()) return;
    write_effects("effect_latent", model_.latent_effects, alphabet);
    write_effects("effect_response", model_.response_effects, alphabet);
  }

 private:
  void write_effects(char const* kind, std::vector<double> const& effects, std::size_t alphabet) const {
    for (std::size_t i = 0; i < effects.size(); ++i) {
      line(kind, fmt::format("{}\t{}\t\t", i / alphabet, letters_[i % alphabet]), effects[i], nullptr, nullptr, 0);
    }
  }
  void line(char const* kind, std::string const& place, double value, std::vector<double> const* errors,
            std::vector<double> const* deviations, std::size_t index) const {
    out_ << fmt::format("{}\t{}\t{}\t{:.17g}", model_.fit.name, kind, place, value);
    for (auto const* const spread : {errors, deviations}) {
      out_ << (spread != nullptr ? fmt::format("\t{:.6g}", (*spread)[index]) : "\t");
    }
    out_ << '\n';
  }

  std::ostream& out_;
  std::string const& letters_;
  FittedModel const& model_;
};

}  // namespace

void write_fit_table(std::string const& path, FitFile const& contents) {
  std::ofstream out(path);
  out << "model\tkind\tposition\tletter\tsecond_position\tsecond_letter\tvalue\tstandard_error\tdeviation\n";
  for (FittedModel const& model : contents.models) ParameterLines(out, contents.letters, model).write();
  out.close();
  if (!out) fail(ErrorCode::output, fmt::format("cannot write {}: disk full, or no permission", path));
}

}  // namespace shoal::fit
