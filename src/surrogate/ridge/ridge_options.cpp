// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <cmath>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "surrogate/additive_ridge.hpp"
#include "surrogate/row_blocks.hpp"

namespace shoal::surrogate {

LambdaSelection parse_lambda_selection(std::string_view name) {
  if (name == "kfold") return LambdaSelection::kfold;
  if (name == "loo") return LambdaSelection::loo;
  if (name == "gcv") return LambdaSelection::gcv;
  fail(ErrorCode::config, fmt::format("unknown way to choose lambda '{}': choose kfold, loo or gcv", quoted(name)));
}

std::string_view to_string(LambdaSelection selection) {
  switch (selection) {
    case LambdaSelection::kfold:
      return "kfold";
    case LambdaSelection::loo:
      return "loo";
    case LambdaSelection::gcv:
      return "gcv";
  }
  return "kfold";
}

void RidgeOptions::validate(std::int64_t mutants) const {
  if (lambdas.empty()) fail(ErrorCode::config, "the list of lambdas is empty: give at least one");
  for (double const lambda : lambdas) {
    if (!std::isfinite(lambda) || lambda <= 0) {
      fail(ErrorCode::config, fmt::format("lambda must be positive and finite, got {}", lambda));
    }
  }
  if (!(holdout >= 0 && holdout < 1)) {
    fail(ErrorCode::config, fmt::format("the held-out fraction must be at least 0 and below 1, got {}", holdout));
  }
  std::int64_t const train = training_rows(mutants, holdout);
  if (train < 2)
    fail(ErrorCode::config, fmt::format("{} training mutants are too few for a fit: raise --mutants", train));
  // A single lambda needs no choice, so the folds are not used.
  if (selection == LambdaSelection::kfold && lambdas.size() > 1 && (folds < 2 || folds > train)) {
    fail(ErrorCode::config,
         fmt::format("the number of folds must be between 2 and the {} training mutants, got {}", train, folds));
  }
}

}  // namespace shoal::surrogate
