// SPDX-License-Identifier: MIT
// Effects of the variants of a VCF, by networks and by a store's maps: an annotated VCF and a table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exports/source.hpp"
#include "scan/scan_options.hpp"

namespace shoal::variants {

// What to do with a record if its REF is not what the genome has, or if the genome lacks its contig.
enum class MismatchPolicy { stop, skip };

// Which strand networks read.
enum class VariantStrand { forward, reverse, both };

struct VariantOptions {
  std::string vcf;
  std::string genome;                        // FASTA
  std::vector<scan::NamedNetwork> networks;  // may be empty with a store
  network::TaskSelection tasks;
  std::string store;                       // may be empty
  exports::ExportChoice choice;            // its model and task
  std::vector<std::string> store_methods;  // empty: the only one
  bool log2_fold_change = false;
  VariantStrand strand = VariantStrand::forward;
  bool largest_change = false;  // the largest change of every head's profile, instead of scores
  std::int64_t distance = -1;   // how far from the variant that change may be, in bases; below 0: anywhere
  MismatchPolicy mismatch = MismatchPolicy::stop;

  device::BackendKind backend = device::BackendKind::cpu;
  int threads = 1;
  std::int64_t batch = 0;
  kernels::Precision precision = kernels::Precision::f32;

  std::string output_vcf;    // may be empty
  std::string output_table;  // may be empty
};

struct VariantSummary {
  std::int64_t records = 0;
  std::int64_t alleles = 0;
  std::int64_t skipped = 0;  // alleles without windows
};

// For every alternative allele: the network's score of its window minus that of the reference's window
// (variants/records/alleles.hpp), for every network and task, and the effect by each method of the store (StoreEffect).
//
// Every network reads a window of its own length around the variant. An allele that is longer than half of the window
// of some networks has no value in their columns; it is skipped where that holds for all of them.
//
// The reverse strand's windows are the reverse complements of the forward strand's, and profiles of them are turned
// round, so that positions and offsets are the genome's. With `largest_change` the two profiles of every head are
// compared position by position (variants/records/profile_change.hpp; with logits, bases that a deletion takes away are
// left out, since 0 does not stand for nothing there), and columns are MODEL/HEAD:gain, :gain_offset, :loss and
// :loss_offset. Columns of the reverse strand are MODEL/TASK(-):…, the maps' are the same on both.
//
// Table, tab-separated with a header, one line per allele: chrom, pos (from 1), id, ref, alt, skipped, then for every
// network and task MODEL/TASK:ref, :alt, :effect and :log2fc (if both scores are positive), and for every method of
// the store MODEL/TASK/METHOD:map, :pairwise if it has pairs, :response if it has a curve; NA if there is no
// value. VCF: INFO fields with Number=A and the same values but the scores: SHOAL_MODEL_TASK, SHOAL_MODEL_TASK_LOG2FC,
// SHOAL_MODEL_TASK_GAIN, …_GAIN_OFFSET, …_LOSS, …_LOSS_OFFSET, with _MINUS after the task on the reverse strand,
// SHOAL_MAP_MODEL_TASK_METHOD, SHOAL_PAIRWISE_…, SHOAL_RESPONSE_…, and SHOAL_SKIPPED; '.' if there is no value.
//
// Contigs that the genome or the store only spells differently are taken for theirs (genome::ContigNames).
//
// Records are read in blocks: memory does not grow with the file. Errors: config (no network and no store, a task that
// is relative to a library); input (a malformed file; under `stop` the first mismatch,
// naming the record and what the genome has); output.
VariantSummary run_variants(VariantOptions const& options);

}  // namespace shoal::variants
