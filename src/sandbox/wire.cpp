// SPDX-License-Identifier: MIT
#include "sandbox/wire.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace shoal::sandbox {

namespace {

// Texts and arrays arrive in pieces of this many items, so that a false length costs no memory.
constexpr std::uint64_t piece_items = 1 << 20;

}  // namespace

void WireWriter::bytes(void const* from, std::size_t size) {
  auto const* next = static_cast<char const*>(from);
  while (size > 0) {
    ssize_t const written = ::write(descriptor_, next, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) ::_exit(1);
    next += written;
    size -= static_cast<std::size_t>(written);
  }
}

void WireWriter::text(std::string_view text) {
  number(text.size());
  bytes(text.data(), text.size());
}

void WireWriter::texts(std::vector<std::string> const& texts) {
  number(texts.size());
  for (std::string const& each : texts) text(each);
}

void WireWriter::floats(std::span<float const> values) {
  number(values.size());
  bytes(values.data(), values.size_bytes());
}

void WireReader::bytes(void* into, std::size_t size) {
  auto* next = static_cast<char*>(into);
  while (size > 0) {
    ssize_t const got = ::read(descriptor_, next, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw BrokenStream("the stream ended early");
    next += got;
    size -= static_cast<std::size_t>(got);
  }
}

void WireWriter::integers(std::span<std::int64_t const> values) {
  number(values.size());
  bytes(values.data(), values.size_bytes());
}

WireTag WireReader::tag() {
  WireTag tag{};
  bytes(&tag, sizeof tag);
  switch (tag) {
    case WireTag::attribute:
    case WireTag::array:
    case WireTag::model:
    case WireTag::error:
    case WireTag::end:
      return tag;
  }
  throw BrokenStream("unknown record");
}

std::uint64_t WireReader::number() {
  std::uint64_t number = 0;
  bytes(&number, sizeof number);
  return number;
}

std::uint64_t WireReader::number(std::uint64_t largest) {
  std::uint64_t const value = number();
  if (value > largest) throw BrokenStream("a number is out of range");
  return value;
}

std::uint64_t WireReader::length(std::uint64_t item) {
  std::uint64_t const count = number(budget_ / item);
  budget_ -= count * item;
  return count;
}

std::string WireReader::text() {
  std::uint64_t const size = length(1);
  std::string text;
  while (text.size() < size) {
    std::size_t const begin = text.size();
    text.resize(begin + std::min<std::uint64_t>(piece_items, size - begin));
    bytes(text.data() + begin, text.size() - begin);
  }
  return text;
}

std::vector<std::string> WireReader::texts() {
  std::uint64_t const size = length(sizeof(std::uint64_t));
  std::vector<std::string> texts;
  while (texts.size() < size) texts.push_back(text());
  return texts;
}

template <class Number>
std::vector<Number> WireReader::numbers() {
  std::uint64_t const size = length(sizeof(Number));
  std::vector<Number> values;
  while (values.size() < size) {
    std::size_t const begin = values.size();
    values.resize(begin + std::min<std::uint64_t>(piece_items, size - begin));
    bytes(values.data() + begin, (values.size() - begin) * sizeof(Number));
  }
  return values;
}

std::vector<float> WireReader::floats() {
  return numbers<float>();
}

std::vector<std::int64_t> WireReader::integers() {
  return numbers<std::int64_t>();
}

}  // namespace shoal::sandbox
