// SPDX-License-Identifier: MIT
#include "scan/provenance.hpp"

#include <gtest/gtest.h>

#include "scan/prepare/differences.hpp"

namespace shoal::scan {
namespace {

TEST(ProvenanceDifferences, EqualConfigurationsHaveNone) {
  store::Provenance const stored = {{"library.seed", "1"}, {"methods", "ism"}};
  EXPECT_EQ(differences(stored, stored), "");
}

TEST(ProvenanceDifferences, AChangedValueIsShownWithBothValues) {
  EXPECT_EQ(differences({{"library.seed", "1"}, {"methods", "ism"}}, {{"library.seed", "2"}, {"methods", "ism"}}),
            "\n  library.seed: stored 1, now 2");
}

TEST(ProvenanceDifferences, AMissingAndANewKeyAreDifferences) {
  EXPECT_EQ(differences({{"old", "1"}}, {{"new", "2"}}),
            "\n  old: stored 1, now (nothing)\n  new: stored (nothing), now 2");
}

TEST(ProvenanceDifferences, ADigestIsExplained) {
  EXPECT_EQ(
      differences({{"model.one.digest", "a"}, {"loci.digest", "c"}}, {{"model.one.digest", "b"}, {"loci.digest", "d"}}),
      "\n  model.one.digest: weights or layers of the network differ; stored a, now b"
      "\n  loci.digest: coordinates, strands, names or bases of the loci differ; stored c, now d");
}

TEST(Provenance, ThePrecisionIsPartOfIt) {
  ScanOptions options;
  auto const exact = make_provenance(options, "");
  options.precision = kernels::Precision::bf16;
  auto const reduced = make_provenance(options, "");
  std::string const order = kernels::bf16_order();
  EXPECT_EQ(differences(exact, reduced),
            "\n  precision: stored f32, now bf16\n  precision.order: stored (nothing), now " + order);
}

}  // namespace
}  // namespace shoal::scan
