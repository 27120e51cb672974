// SPDX-License-Identifier: MIT
// Hashes for checksums of rows, identities of loci and digests of files (XXH3: detects damage and change, not forgery).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace shoal {

// XXH3-64 of `bytes`.
std::uint64_t checksum64(std::span<std::byte const> bytes);

// XXH3-128 of bytes fed piece by piece. Every piece is preceded by its length, so that moving a border between two
// pieces changes the digest.
class Digest {
 public:
  Digest();
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;
  ~Digest();

  void update(std::span<std::byte const> bytes);
  void update(std::string_view text) { update(std::as_bytes(std::span(text))); }
  void update(std::int64_t number) { update(std::as_bytes(std::span(&number, 1))); }
  // The digest so far as 32 hexadecimal digits.
  std::string hex() const;
  // Its low 64 bits.
  std::uint64_t low64() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Digest of a whole file's bytes as 32 hexadecimal digits. Errors: input, when it cannot be read.
std::string file_digest(std::string const& path);

}  // namespace shoal
