// SPDX-License-Identifier: MIT
// One number per position of a map, in the forms that metrics are computed of.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace shoal::compare {

// How a map s [4, length] becomes one score per position of a sequence x. Corrected maps are s' = s - mean over bases
// (Majdandzic et al., Genome Biology 2023).
enum class Form {
  own,            // s at the sequence's own base, signed (gradient times input for a gradient)
  own_corrected,  // s' at the sequence's own base, signed
  l2,             // Euclidean norm of s over bases
  l2_corrected,   // Euclidean norm of s' over bases
  wild_type,      // Euclidean norm over bases of s_a - s_x, the effects of substitutions; the same for s and s'
};
inline constexpr std::array<Form, 5> position_forms = {Form::own, Form::own_corrected, Form::l2, Form::l2_corrected,
                                                       Form::wild_type};

// "own", "own-corrected", "l2", "l2-corrected", "wild-type".
std::string_view to_string(Form form);

// s' [4, length] of a map [4, length].
std::vector<double> corrected(std::span<double const> map);

// Scores of all forms, [forms][length] in the order of position_forms. `codes` [length] are those of the sequence; an
// N has score 0 in every form.
std::vector<std::vector<double>> position_scores(std::span<double const> map, std::span<std::uint8_t const> codes);

}  // namespace shoal::compare
