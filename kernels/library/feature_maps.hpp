// SPDX-License-Identifier: MIT
// The maps between the coefficients of a surrogate and the tables of mutation_lists.hpp, and its ridge penalty: local
// to a site or a pair of sites, exact, O(parameters).
//
// A site has d functions of its state and d states besides its reference. Coefficients are those of the sites'
// functions, u, site by site, and for every pair of sites those of the products of their functions, U [d, d']. With D
// [d, d] the differences of a site's functions from their values f at the reference, phi of a row is that of the
// reference, plus D (u + Σ over pairs U f') for every mutation, plus D U D'^T for every two. With o a site's origin and
// v = u + Σ over pairs U o', the penalty is Σ over sites of c_l |(f - o) v|² + c_pair Σ over pairs |(f - o) U (f' -
// o')^T|², sums over letters; the functions are turned so that (f - o)^T (f - o) is diagonal (squares).
//
// Matrices have 1, 2, 4 or 8 columns, one per right-hand side. Sums have an order that depends on the shapes alone:
// same bits in both spaces, for any number of threads.
#pragma once

#include <cstdint>

#include "kernels/library/mutation_lists.hpp"
#include "kernels/space.hpp"
#include "kernels/views.hpp"

namespace shoal::kernels {

struct FeatureSite {
  std::int64_t first_feature = 0;
  std::int64_t numbers = 0;  // where its own begin: FeatureMaps
  std::int32_t dimensions = 0;
};

// A pair of sites with functions.
struct PairBlock {
  std::int32_t first = 0;
  std::int32_t second = 0;
  std::int64_t start = 0;  // where its coefficients begin
};

// All in the space's memory.
struct FeatureMaps {
  std::int64_t site_count = 0;
  std::int64_t block_count = 0;
  std::int64_t features = 0;    // functions of sites
  std::int64_t parameters = 0;  // features and products of pairs
  FeatureSite const* sites = nullptr;
  PairBlock const* blocks = nullptr;        // by first site, then by second
  std::int64_t const* from = nullptr;       // [sites + 1]: blocks from[l] … from[l + 1] - 1 have l as the first site
  std::int64_t const* to = nullptr;         // [blocks]: numbers of blocks, by second site
  std::int64_t const* to_starts = nullptr;  // [sites + 1]: to[to_starts[l] …] have l as the second
  // Per site: functions at the reference [d], differences of the other states [d, d], their transpose, origin [d],
  // squares [d].
  double const* numbers = nullptr;
  std::int64_t const* table_starts = nullptr;  // [features]: mutation_lists.hpp
  PartnerSpan const* partners = nullptr;       // [features]

  SHOAL_HOST_DEVICE double const* at_reference(FeatureSite const& site) const { return numbers + site.numbers; }
  SHOAL_HOST_DEVICE double const* differences(FeatureSite const& site) const {
    return at_reference(site) + site.dimensions;
  }
  SHOAL_HOST_DEVICE double const* transposed_differences(FeatureSite const& site) const {
    return differences(site) + site.dimensions * site.dimensions;
  }
  SHOAL_HOST_DEVICE double const* origin(FeatureSite const& site) const {
    return transposed_differences(site) + site.dimensions * site.dimensions;
  }
  SHOAL_HOST_DEVICE double const* squares(FeatureSite const& site) const { return origin(site) + site.dimensions; }
};

// Working memory of a call.
struct FeatureScratch {
  double* slopes = nullptr;  // [features, columns]
  double* halves = nullptr;  // [parameters - features, columns]; the CPU needs none
};

// Where a site's slopes are taken.
enum class SitePoint { reference, origin };

// slopes [features, columns]: u + Σ over the site's pairs of U f', f' being the other site's functions at the point.
void site_slopes(CpuSpace const& space, FeatureMaps const& maps, SitePoint point, MatrixView<double const> coefficients,
                 double* slopes);
void site_slopes(CudaSpace const& space, FeatureMaps const& maps, SitePoint point,
                 MatrixView<double const> coefficients, double* slopes);

// Tables such that for every row phi = constant [columns] + its gathered mutations. Entries of the pair table that
// belong to no pair are left alone.
void write_tables(CpuSpace const& space, FeatureMaps const& maps, MatrixView<double const> coefficients,
                  FeatureScratch const& scratch, MutationTables const& tables, double* constant);
void write_tables(CudaSpace const& space, FeatureMaps const& maps, MatrixView<double const> coefficients,
                  FeatureScratch const& scratch, MutationTables const& tables, double* constant);

// The transposed map, from scattered tables and the sums of all values, constant [columns].
void read_tables(CpuSpace const& space, FeatureMaps const& maps, MutationTables const& tables, double const* constant,
                 FeatureScratch const& scratch, MatrixView<double> coefficients);
void read_tables(CudaSpace const& space, FeatureMaps const& maps, MutationTables const& tables, double const* constant,
                 FeatureScratch const& scratch, MatrixView<double> coefficients);

// products = the penalty's matrix times coefficients, for the penalties c [sites] and c_pair.
void multiply_penalty(CpuSpace const& space, FeatureMaps const& maps, double const* site_penalties, double pair_penalty,
                      MatrixView<double const> coefficients, FeatureScratch const& scratch,
                      MatrixView<double> products);
void multiply_penalty(CudaSpace const& space, FeatureMaps const& maps, double const* site_penalties,
                      double pair_penalty, MatrixView<double const> coefficients, FeatureScratch const& scratch,
                      MatrixView<double> products);

}  // namespace shoal::kernels
