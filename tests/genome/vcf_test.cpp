// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <fstream>

#include "base/error.hpp"
#include "genome/contig_sizes.hpp"
#include "genome/vcf_file.hpp"
#include "support/data.hpp"

namespace shoal::genome {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char header[] =
    "##fileformat=VCFv4.3\n##contig=<ID=c,length=10>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

std::string written(shoal::test::TemporaryFolder const& folder, std::string const& text) {
  std::ofstream(folder.file("in.vcf")) << text;
  return folder.file("in.vcf");
}

TEST(Vcf, RecordsAreReadAndWrittenWithFields) {
  shoal::test::TemporaryFolder const folder;
  VcfFile file(written(folder, std::string(header) + "c\t3\tx\tG\tA,<DEL>\t.\tPASS\t.\nc\t4\t.\tT\t.\t.\t.\t.\n"));
  file.annotate_to(folder.file("out.vcf"), {{"E", false, "effect"}, {"S", true, "skipped"}});
  auto const first = file.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->contig, "c");
  EXPECT_EQ(first->position, 2);
  EXPECT_EQ(first->id, "x");
  EXPECT_EQ(first->reference, "G");
  EXPECT_THAT(first->alternatives, ElementsAre("A", "<DEL>"));
  file.write({{{0.5, std::nullopt}, {}}, {{}, {"", "symbolic"}}});
  auto const second = file.next();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->id, "");
  EXPECT_TRUE(second->alternatives.empty());
  file.write({{}, {}});
  EXPECT_FALSE(file.next());
  EXPECT_FALSE(std::filesystem::exists(folder.file("out.vcf")));
  file.publish();
  std::ifstream out(folder.file("out.vcf"));
  std::string const text((std::istreambuf_iterator<char>(out)), {});
  EXPECT_THAT(text, HasSubstr("##INFO=<ID=E,Number=A,Type=Float,Description=\"effect\">\n"));
  EXPECT_THAT(text, HasSubstr("c\t3\tx\tG\tA,<DEL>\t.\tPASS\tE=0.5,.;S=.,symbolic\n"));
  EXPECT_THAT(text, HasSubstr("c\t4\t.\tT\t.\t.\t.\t.\n"));
}

// What editors and spreadsheets do to a file.
TEST(Vcf, MarksLineEndsAndBlankLinesAtTheEndAreNoRecords) {
  shoal::test::TemporaryFolder const folder;
  std::string const plain = std::string(header) + "c\t3\tx\tG\tA\t.\t.\t.\n";
  std::string windows;
  for (char const letter : plain) windows += letter == '\n' ? std::string("\r\n") : std::string(1, letter);
  for (std::string const& text : {plain + "\n", plain + "\n \n\r\n", "\xef\xbb\xbf" + plain, windows + "\r\n"}) {
    VcfFile file(written(folder, text));
    auto const variant = file.next();
    ASSERT_TRUE(variant);
    EXPECT_EQ(variant->contig, "c");
    EXPECT_EQ(variant->alternatives, std::vector<std::string>{"A"});
    EXPECT_THAT(file.where(), HasSubstr("in.vcf:4 (c:3)"));
    EXPECT_FALSE(file.next());
  }
  try {
    VcfFile(written(folder, "\xff\xfe#\n"));
    ADD_FAILURE();
  } catch (Error const& error) {
    EXPECT_THAT(error.what(), HasSubstr("in.vcf:1: the file is UTF-16 text"));
  }
}

TEST(Vcf, MalformedFilesAreRefused) {
  shoal::test::TemporaryFolder const folder;
  EXPECT_THROW(VcfFile(folder.file("missing.vcf")), Error);
  EXPECT_THROW(VcfFile(written(folder, "no header\n")), Error);
  EXPECT_THROW(VcfFile(written(folder, "")), Error);
  // (the second data line, what the message says after "in.vcf:5: ")
  std::string const good = "c\t3\tx\tG\tA\t.\t.\t.\n";
  std::pair<std::string, std::string> const cases[] = {
      {"c\t3\n", "has 2 column(s), but VCF has 8 or more"},
      {"\n" + good, "the line is blank"},
      {"c\tthree\tx\tG\tA\t.\t.\t.\n", "POS (column 2) 'three'"},
      {"c\t3x\tx\tG\tA\t.\t.\t.\n", "POS (column 2) '3x'"},
      {"c\t3\tx\t\tA\t.\t.\t.\n", "REF (column 4) is empty"},
      {"c\t3\tx\tG\tA\thigh\t.\t.\n", "QUAL (column 6) 'high'"},
      {"c\t3\tx\tG\tA\t.\t.\t.\tGT\t0/1\n", "has 10 columns, but the #CHROM line has 8"}};
  for (auto const& [line, text] : cases) {
    VcfFile file(written(folder, header + good + line));
    EXPECT_TRUE(file.next());
    EXPECT_THAT(file.where(), HasSubstr("in.vcf:4 (c:3)"));
    try {
      file.next();
      ADD_FAILURE() << line;
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), ErrorCode::input);
      EXPECT_THAT(error.what(), AllOf(HasSubstr("in.vcf:5: "), HasSubstr(text)));
    }
  }
  VcfFile file(written(folder,
                       "##fileformat=VCFv4.3\n##INFO=<ID=E,Number=1,Type=Float,Description=\"e\">\n"
                       "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"));
  EXPECT_THROW(file.annotate_to(folder.file("o.vcf"), {{"E", false, ""}}), Error);
}

TEST(Vcf, IdsOfFields) {
  EXPECT_EQ(info_id("SHOAL_my model_out/x:0"), "SHOAL_my_model_out_x_0");
  EXPECT_EQ(info_id("1st"), "_1st");
}

TEST(ContigSizes, TablesAndHints) {
  shoal::test::TemporaryFolder const folder;
  std::ofstream(folder.file("s")) << "chr1\t100\nchr2 50 7 9\n";
  EXPECT_THAT(read_contig_sizes(folder.file("s")), ElementsAre(std::pair("chr1", 100), std::pair("chr2", 50)));
  for (char const* bad : {"chr1\n", "chr1\tx\n", "chr1\t0\n", "a\t1\na\t2\n"}) {
    std::ofstream(folder.file("b")) << bad;
    EXPECT_THROW(read_contig_sizes(folder.file("b")), Error) << bad;
  }
  EXPECT_THAT(contig_hint("1", {"chr1", "chr2"}), HasSubstr("'chr1'"));
  EXPECT_THAT(contig_hint("chrM", {"MT"}), HasSubstr("'MT'"));
  EXPECT_THAT(contig_hint("x", {"a", "b"}), HasSubstr("a, b"));
}

}  // namespace
}  // namespace shoal::genome
