// SPDX-License-Identifier: MIT
// The bytes between the isolated reader's child and its parent: records of a tag, numbers, texts, floats and integers,
// each preceded by its length. The reader trusts no length: it checks it against a budget and grows as bytes arrive.
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace shoal::sandbox {

enum class WireTag : std::uint8_t { attribute = 'A', array = 'F', model = 'M', error = 'E', end = 'Z' };

// Writes to a pipe; the child's side. A closed pipe ends the process (SIGPIPE).
class WireWriter {
 public:
  explicit WireWriter(int descriptor) : descriptor_(descriptor) {}

  void tag(WireTag tag) { bytes(&tag, sizeof tag); }
  void number(std::uint64_t number) { bytes(&number, sizeof number); }
  void text(std::string_view text);
  void texts(std::vector<std::string> const& texts);
  void floats(std::span<float const> values);
  void integers(std::span<std::int64_t const> values);

 private:
  void bytes(void const* from, std::size_t size);

  int descriptor_;
};

// The stream ended early or holds what no WireWriter writes: the child died or its memory was overwritten.
struct BrokenStream : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Reads from a pipe; the parent's side. Throws BrokenStream.
class WireReader {
 public:
  // `budget`: bytes of texts, floats and integers accepted in all.
  WireReader(int descriptor, std::uint64_t budget) : descriptor_(descriptor), budget_(budget) {}

  WireTag tag();
  std::uint64_t number();
  // A number that must not exceed `largest`.
  std::uint64_t number(std::uint64_t largest);
  std::string text();
  std::vector<std::string> texts();
  std::vector<float> floats();
  std::vector<std::int64_t> integers();

 private:
  void bytes(void* into, std::size_t size);
  template <class Number>
  std::vector<Number> numbers();
  // The length of what follows, in items of `item` bytes, taken off the budget.
  std::uint64_t length(std::uint64_t item);

  int descriptor_;
  std::uint64_t budget_;
};

}  // namespace shoal::sandbox
