// SPDX-License-Identifier: MIT
#include "attribution/method.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "attribution/fits/additive_ridge_method.hpp"
#include "attribution/fits/surrogate_method.hpp"
#include "attribution/gradients/deepshap_method.hpp"
#include "attribution/gradients/path_methods.hpp"
#include "attribution/gradients/saliency_methods.hpp"
#include "attribution/mutagenesis/ism_method.hpp"
#include "attribution/mutagenesis/pairwise_ism_method.hpp"
#include "base/error.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"

namespace shoal::attribution {

namespace {

using Maker = std::unique_ptr<Method> (*)(MethodOptions const&);

template <class GradientMethod>
std::unique_ptr<Method> make_gradient_method(MethodOptions const& options) {
  return std::make_unique<GradientMethod>(options.gradient);
}

struct NamedMaker {
  char const* name;
  Maker make;
};

constexpr NamedMaker makers[] = {
    {"additive-ridge",
     [](MethodOptions const& options) -> std::unique_ptr<Method> {
       surrogate::RidgeOptions ridge = options.ridge;
       ridge.standard_errors = options.surrogates.surrogate.standard_errors;
       return std::make_unique<AdditiveRidgeMethod>(std::move(ridge));
     }},
    {"ism", [](MethodOptions const&) -> std::unique_ptr<Method> { return std::make_unique<IsmMethod>(); }},
    {"pairwise-ism",
     [](MethodOptions const& options) -> std::unique_ptr<Method> {
       return std::make_unique<PairwiseIsmMethod>(options.pairwise);
     }},
    {"saliency", make_gradient_method<SaliencyMethod>},
    {"gradient-x-input", make_gradient_method<GradientTimesInputMethod>},
    {"smoothgrad", make_gradient_method<SmoothGradMethod>},
    {"integrated-gradients", make_gradient_method<IntegratedGradientsMethod>},
    {"expected-gradients", make_gradient_method<ExpectedGradientsMethod>},
    {"deepshap", make_gradient_method<DeepShapMethod>},
};

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (NamedMaker const& maker : makers) names.emplace_back(maker.name);
  for (std::string const& name : surrogate::surrogate_names()) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

}  // namespace

std::string method_names() {
  return join(all_names(), ", ");
}

std::unique_ptr<Method> make_method(std::string const& name, MethodOptions const& options) {
  for (NamedMaker const& maker : makers) {
    if (name == maker.name) return maker.make(options);
  }
  if (surrogate::is_surrogate(name)) {
    return std::make_unique<SurrogateMethod>(surrogate::parse_surrogate(name), options.surrogates,
                                             options.ridge.lambdas, options.ridge.holdout);
  }
  auto const near = nearest(name, all_names());
  fail(ErrorCode::config, fmt::format("unknown method {}{}: known are {}", quoted(name),
                                      near ? fmt::format(", did you mean {}", *near) : "", method_names()));
}

}  // namespace shoal::attribution
