// SPDX-License-Identifier: MIT
#include "store/file/digest.hpp"

#include <map>

#include "store/file/constants.hpp"

namespace shoal::store {

namespace {

// A method's notes with those of its arrays and constants, all as the file has them: a note "map.units" of the method
// is the same as the note "units" of its array "map".
void add_notes(Digest& digest, MethodSchema const& method) {
  std::map<std::string, std::string> notes = method.notes;
  auto const take = [&notes](auto const& items) {
    for (auto const& item : items) {
      for (auto const& [key, text] : item.notes) notes[item.name + "." + key] = text;
    }
  };
  take(method.arrays);
  take(method.constants);
  digest.update(static_cast<std::int64_t>(notes.size()));
  for (auto const& [key, text] : notes) {
    digest.update(key);
    digest.update(text);
  }
}

void add_method(Digest& digest, MethodSchema const& method) {
  digest.update(method.name);
  digest.update(static_cast<std::int64_t>(method.scalars.size()));
  for (std::string const& scalar : method.scalars) digest.update(scalar);
  digest.update(static_cast<std::int64_t>(method.arrays.size()));
  for (attribution::ArraySchema const& array : method.arrays) digest.update(description_of(array));
  digest.update(static_cast<std::int64_t>(method.constants.size()));
  for (attribution::ConstantArray const& constant : method.constants) {
    digest.update(description_of(constant));
    std::visit([&](auto const& numbers) { digest.update(std::as_bytes(std::span(numbers))); }, constant.values);
  }
  add_notes(digest, method);
}

void add_schema(Digest& digest, Schema const& schema) {
  for (std::int64_t const number : {schema.loci, schema.length, schema.keep_y}) digest.update(number);
  digest.update(static_cast<std::int64_t>(schema.models.size()));
  for (ModelSchema const& model : schema.models) {
    digest.update(model.name);
    digest.update(static_cast<std::int64_t>(model.tasks.size()));
    for (TaskSchema const& task : model.tasks) digest.update(task.name);
    if (!model.part) continue;
    digest.update(model.part->offset);
    digest.update(model.part->length);
  }
  digest.update(static_cast<std::int64_t>(schema.methods.size()));
  for (DescribedMethod const& each : described_methods(schema)) add_method(digest, *each.method);
  digest.update(static_cast<std::int64_t>(schema.task_scalars.size()));
  for (std::string const& scalar : schema.task_scalars) digest.update(scalar);
}

}  // namespace

std::string header_digest(Header const& header) {
  Digest digest;
  add_schema(digest, header.schema);
  for (auto const& [key, value] : header.provenance) {
    digest.update(key);
    digest.update(value);
  }
  digest.update(header.widths.chrom);
  digest.update(header.widths.name);
  digest.update(header.loci_digest);
  for (Shard const& shard : header.shards) {
    digest.update(shard.file);
    digest.update(shard.rows);
  }
  if (header.part) {
    for (std::int64_t const number : {header.part->number, header.part->shards, header.part->first}) {
      digest.update(number);
    }
    digest.update(header.part->whole);
  }
  return digest.hex();
}

void LociDigest::add(genome::Locus const& locus) {
  digest_.update(locus.contig);
  digest_.update(locus.start);
  digest_.update(locus.end);
  digest_.update(std::string_view(&locus.strand, 1));
  digest_.update(locus.name);
}

}  // namespace shoal::store
