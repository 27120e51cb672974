// SPDX-License-Identifier: MIT
// The methods of a run, made once. They keep nothing between loci, so that all workers of a rank use the same objects.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "attribution/library_method.hpp"

namespace shoal::attribution {

class MethodSet {
 public:
  MethodSet() = default;
  // The methods called `names`, in their order. Errors: config, for a name that is not known or stands there twice.
  MethodSet(std::vector<std::string> const& names, MethodOptions const& options);

  std::size_t size() const { return methods_.size(); }
  Method const& operator[](std::size_t number) const { return *methods_[number]; }
  // True when one of them needs the mutant library, or the gradients of the network.
  bool uses_library() const;
  bool uses_gradient() const;
  // Errors: config, naming the first method that a library and its scores are not enough for.
  void require_library_methods() const;

 private:
  std::vector<std::unique_ptr<Method const>> methods_;
};

}  // namespace shoal::attribution
