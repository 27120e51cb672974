// SPDX-License-Identifier: MIT
#include "base/checksum.hpp"

#include <fmt/core.h>
#include <xxhash.h>

#include <fstream>
#include <vector>

#include "base/error.hpp"

namespace shoal {

std::uint64_t checksum64(std::span<std::byte const> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

struct Digest::State {
  XXH3_state_t* hash = XXH3_createState();
  ~State() { XXH3_freeState(hash); }
};

Digest::Digest() : state_(std::make_unique<State>()) {
  XXH3_128bits_reset(state_->hash);
}
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;
Digest::~Digest() = default;

void Digest::update(std::span<std::byte const> bytes) {
  std::uint64_t const size = bytes.size();
  XXH3_128bits_update(state_->hash, &size, sizeof size);
  XXH3_128bits_update(state_->hash, bytes.data(), bytes.size());
}

std::string Digest::hex() const {
  XXH128_hash_t const value = XXH3_128bits_digest(state_->hash);
  return fmt::format("{:016x}{:016x}", value.high64, value.low64);
}

std::uint64_t Digest::low64() const {
  return XXH3_128bits_digest(state_->hash).low64;
}

std::string file_digest(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(ErrorCode::input, fmt::format("cannot read {}", path));
  Digest digest;
  std::vector<char> piece(1 << 20);
  while (file) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    if (file.gcount() > 0) digest.update(std::string_view(piece.data(), static_cast<std::size_t>(file.gcount())));
  }
  if (file.bad()) fail(ErrorCode::input, fmt::format("reading {} failed", path));
  return digest.hex();
}

}  // namespace shoal
