// SPDX-License-Identifier: MIT
// What a user supplies for parts that the file of a network leaves open: constant values of further inputs (control
// tracks, biases); operations for Keras Lambda layers, which hold byte code that is never run, and for layers of
// classes that Shoal does not know; and the length of the sequences.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace shoal::readers {

struct Replacements {
  std::map<std::string, std::string, std::less<>> inputs = {};  // by name: "zeros", or a file of values
  // Replacements of Lambda layers and of layers of unknown classes, by the layer's name or its class: an operation
  // (readers/keras/layers/lambda.cpp).
  std::map<std::string, std::string, std::less<>> layers = {};
};

// Reads words NAME=VALUE, as --input and --layer take them. Errors: config: no name, no value, or a name twice.
Replacements parse_replacements(std::vector<std::string> const& inputs, std::vector<std::string> const& layers);

// An input of a network as its file declares it.
struct DeclaredInput {
  std::string name;
  std::vector<std::int64_t> dims;  // without the batch; -1: open
};

// The replacements while a reader uses them; notes which were used.
class ReplacementUse {
 public:
  // `length` of the sequences, if the network leaves it open; 0: not given.
  explicit ReplacementUse(Replacements const& given, std::int64_t length = 0) : given_(given), length_(length) {}

  // Which of a network's inputs takes the sequences: the only one that is given no constant value. Errors: input,
  // naming `file` and every input that is fed by nothing, with its shape and the option that feeds it.
  std::size_t sequence_input(std::vector<DeclaredInput> const& inputs, std::string const& file) const;

  // The values of an input, row-major, the same for every sequence; an extent of `dims` that is open takes the file's.
  // A file is .npy (float32 or float64) or a table of numbers between tabs: one row, after a name where the header
  // begins with `name`; or, without a header, a row for each position. Errors: input, naming input, shape and file.
  std::vector<float> input_values(DeclaredInput& input);

  // The number of bases that a network reads if its input `name` declares `declared` (-1: any number). Errors: input,
  // naming `file` and the input: an open length where none was given, an impossible one.
  std::int64_t sequence_length(std::int64_t declared, std::string const& name, std::string const& file);

  // The operation given for a layer by its name, else by its class; nullptr if there is none.
  std::string const* layer(std::string const& name, std::string const& class_name);

  // The replacements that were used, in the order of their names: "input control=zeros", "input bias=DIGEST of its
  // values", "layer shift=log1p", "length=10000".
  std::vector<std::string> used() const;

 private:
  Replacements const& given_;
  std::int64_t length_;
  std::map<std::string, std::string> used_;  // "input control" → "zeros"
};

}  // namespace shoal::readers
