// SPDX-License-Identifier: MIT
// What a user puts in the place of parts of a network that its file leaves open: constant values of further inputs
// (control tracks, biases), and operations for Keras Lambda layers, which hold byte code that is never run.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace shoal::model {

struct Replacements {
  std::map<std::string, std::string, std::less<>> inputs;  // of inputs, by name: "zeros", or a file of values
  std::map<std::string, std::string, std::less<>>
      lambdas;  // of Lambda layers, by name: an operation (keras_lambda.hpp)
};

// Of words NAME=VALUE, as --input and --lambda take them. Errors: config: no name, no value, or a name twice.
Replacements parse_replacements(std::vector<std::string> const& inputs, std::vector<std::string> const& lambdas);

// An input of a network as its file declares it.
struct DeclaredInput {
  std::string name;
  std::vector<std::int64_t> dims;  // without the batch; -1: open
};

// A reader's way through the replacements; notes which were used.
class ReplacementUse {
 public:
  explicit ReplacementUse(Replacements const& given) : given_(given) {}

  // Which of a network's inputs takes the sequences: the only one that is given no constant value. Errors: input,
  // naming `file` and every input that is fed by nothing, with its shape and the option that feeds it.
  std::size_t sequence_input(std::vector<DeclaredInput> const& inputs, std::string const& file) const;

  // The values of an input, row-major, the same for every sequence; an extent of `dims` that is open takes the file's.
  // A file is .npy (float32 or float64) or a table of numbers between tabs: one row, behind a name where the header
  // begins with `name`; or, without a header, a row for each position. Errors: input, naming input, shape and file.
  std::vector<float> input_values(DeclaredInput& input);

  // The operation given for a Lambda layer; nullptr when there is none.
  std::string const* lambda(std::string const& name);

  // What was used, in order of names: "input control=zeros", "input bias=DIGEST of its values", "lambda shift=log1p".
  std::vector<std::string> used() const;

 private:
  Replacements const& given_;
  std::map<std::string, std::string> used_;  // "input control" → "zeros"
};

}  // namespace shoal::model
