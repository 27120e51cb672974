// SPDX-License-Identifier: MIT
#include "doctor/doctor.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "doctor/checks/checks.hpp"

namespace shoal::doctor {

namespace {

// Bytes that no finding contains.
constexpr char between_fields = '\x1f';
constexpr char between_findings = '\x1e';

std::string pack(Findings const& findings) {
  std::string text;
  for (Finding const& finding : findings) {
    text += fmt::format("{1}{0}{2}{0}{3}{0}{4}{5}", between_fields, static_cast<int>(finding.verdict), finding.subject,
                        finding.text, finding.advice, between_findings);
  }
  return text;
}

Findings unpack(std::string const& text) {
  Findings findings;
  for (std::string_view const line : split(text, between_findings)) {
    if (line.empty()) continue;
    auto const fields = split(line, between_fields);
    findings.push_back({static_cast<Verdict>(parse_integer(fields[0]).value_or(0)), std::string(fields[1]),
                        std::string(fields[2]), std::string(fields[3])});
  }
  return findings;
}

// What each node's first rank found, in rank order, on every rank.
Findings of_all_nodes(mpi::Communicator const& world, mpi::Communicator const& node, Findings const& mine) {
  Findings all;
  for (std::string const& text : world.gather_all(node.rank() == 0 ? pack(mine) : "")) {
    for (Finding& finding : unpack(text)) all.push_back(std::move(finding));
  }
  return all;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::good:
      return "ok";
    case Verdict::notice:
      return "note";
    case Verdict::fault:
      return "FAULT";
  }
  return "";
}

Findings examine(mpi::Communicator const& world, DoctorOptions const& options) {
  mpi::Communicator const node = world.split_shared();
  Findings findings = judge_launch(find_launch(world));
  Findings of_node = judge_node(find_node(node, options.threads));
  for (Finding& finding : judge_gpus(find_gpus(node))) of_node.push_back(std::move(finding));
  for (Finding& finding : of_all_nodes(world, node, of_node)) findings.push_back(std::move(finding));
  for (Finding& finding : check_files(world, options.folder)) findings.push_back(std::move(finding));
  return findings;
}

std::string to_text(Findings const& findings) {
  std::string text;
  for (Finding const& finding : findings) {
    text += fmt::format("{:<5}  {}: {}\n", to_string(finding.verdict), finding.subject, finding.text);
    if (!finding.advice.empty()) text += fmt::format("       {}\n", finding.advice);
  }
  return text;
}

bool has_fault(Findings const& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](Finding const& finding) { return finding.verdict == Verdict::fault; });
}

}  // namespace shoal::doctor
