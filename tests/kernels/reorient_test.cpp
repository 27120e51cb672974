// SPDX-License-Identifier: MIT
#include "kernels/forward/reorient.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "support/backends.hpp"
#include "support/packed_codes.hpp"

namespace shoal::kernels {
namespace {

using test::Codes;

// Base by base: the shift first, then the reverse complement.
Codes reoriented_codes(Codes const& codes, Orientation const& orientation) {
  auto const length = static_cast<std::int64_t>(codes.size());
  Codes moved(codes.size(), code_n);
  for (std::int64_t p = 0; p < length; ++p) {
    std::int64_t const from = p - orientation.shift;
    if (from >= 0 && from < length) moved[p] = codes[from];
  }
  if (!orientation.reverse_complement) return moved;
  std::reverse(moved.begin(), moved.end());
  for (std::uint8_t& code : moved) code = code == code_n ? code_n : static_cast<std::uint8_t>(3 - code);
  return moved;
}

std::string text_of(Codes const& codes) {
  std::string text;
  for (std::uint8_t const code : codes) text += "ACGTN"[code];
  return text;
}

class ReorientTest : public test::OnBackend {
 protected:
  // The sequences after `reorient` on `on`, as codes; checks that N is coded 0 and that bits past the end are 0.
  std::vector<Codes> reoriented(device::Backend const& on, std::vector<Codes> const& sequences,
                                Orientation const& orientation) const {
    test::PackedCodes const packed(on, sequences);
    PackedView const input = packed.view();
    std::int64_t const words = words_per_row(input.length), masks = (input.length + 63) / 64;
    std::vector<std::uint64_t> const ones(static_cast<std::size_t>(input.mutants * words + masks), ~std::uint64_t{0});
    device::Buffer<std::uint64_t> output(on, std::span<std::uint64_t const>(ones));
    std::uint64_t* const mask = output.data() + input.mutants * words;
    device::dispatch(on, [&](auto const& space) {
      reorient(space, input, orientation, {output.data(), nullptr, input.mutants, input.length}, mask);
    });
    auto const found = output.to_host();
    std::uint64_t const* const unknown = found.data() + input.mutants * words;
    for (std::int32_t p = input.length; p < masks * 64; ++p) EXPECT_FALSE(mask_bit(unknown, p)) << p;
    std::vector<Codes> codes(sequences.size(), Codes(static_cast<std::size_t>(input.length)));
    for (std::int64_t m = 0; m < input.mutants; ++m) {
      std::uint64_t const* const row = found.data() + m * words;
      for (std::int32_t p = 0; p < words * bases_per_word; ++p) {
        unsigned const code = packed_code(row, p);
        bool const is_unknown = p >= input.length || mask_bit(unknown, p);
        EXPECT_TRUE(!is_unknown || code == 0) << p;
        if (p < input.length) codes[m][p] = is_unknown ? code_n : static_cast<std::uint8_t>(code);
      }
    }
    return codes;
  }
  std::string reoriented_text(std::string const& text, Orientation const& orientation) const {
    return text_of(reoriented(backend(), {test::codes_of(text)}, orientation)[0]);
  }
};

TEST_P(ReorientTest, ByHand) {
  EXPECT_EQ(reoriented_text("AACGTN", {}), "AACGTN");
  EXPECT_EQ(reoriented_text("AACGTN", {true, 0}), "NACGTT");
  EXPECT_EQ(reoriented_text("AACGTT", {false, 2}), "NNAACG");
  EXPECT_EQ(reoriented_text("AACGTT", {false, -2}), "CGTTNN");
  // NNAACG turned.
  EXPECT_EQ(reoriented_text("AACGTT", {true, 2}), "CGTTNN");
  EXPECT_EQ(reoriented_text("AACGGG", {true, -1}), "NCCCGT");
  EXPECT_EQ(reoriented_text("AACGTT", {false, 6}), "NNNNNN");
  EXPECT_EQ(reoriented_text("AACGTT", {true, -9}), "NNNNNN");
  EXPECT_EQ(reoriented_text("G", {true, 0}), "C");
}

// Lengths and shifts at the borders of words of 32 bases and of masks of 64 positions.
TEST_P(ReorientTest, AgreesBaseByBase) {
  for (std::size_t const length : {1, 31, 32, 33, 63, 64, 65, 96, 130}) {
    auto const sequences = test::random_codes(
        4, length, 3, length > 40 ? std::vector<std::size_t>{0, 17, 32, length - 1} : std::vector<std::size_t>{});
    for (std::int32_t const shift : {0, 1, -1, 5, -31, 32, -33, 64, -100, 131}) {
      for (bool const reverse : {false, true}) {
        Orientation const orientation{reverse, shift};
        auto const found = reoriented(backend(), sequences, orientation);
        for (std::size_t m = 0; m < sequences.size(); ++m) {
          ASSERT_EQ(text_of(found[m]), text_of(reoriented_codes(sequences[m], orientation)))
              << length << ' ' << shift << ' ' << reverse;
        }
      }
    }
  }
}

TEST_P(ReorientTest, TheBatchAndTheThreadsChangeNothing) {
  auto const sequences = test::random_codes(9, 77, 5, {3, 70});
  Orientation const orientation{true, 3};
  auto const all = reoriented(backend(), sequences, orientation);
  for (std::size_t m = 0; m < sequences.size(); ++m) {
    EXPECT_EQ(reoriented(backend(), {sequences[m]}, orientation)[0], all[m]) << m;
  }
  if (backend().kind() != device::BackendKind::cpu) return;
  for (int const threads : {1, 3, 8}) {
    EXPECT_EQ(reoriented(*device::Backend::cpu(threads), sequences, orientation), all) << threads;
  }
}

SHOAL_ON_EVERY_BACKEND(ReorientTest);

}  // namespace
}  // namespace shoal::kernels
