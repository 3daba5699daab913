// SPDX-License-Identifier: Apache-2.0
#include "core/content_negotiation.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

TEST(ContentNegotiation, PrometheusGetsOpenMetrics) {
  EXPECT_EQ(page_format("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                        "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"),
            PageFormat::open_metrics);
  EXPECT_EQ(page_format("application/openmetrics-text; version=\"1.0.0\" ; charset=utf-8"), PageFormat::open_metrics);
  EXPECT_EQ(page_format("Application/OpenMetrics-Text"), PageFormat::open_metrics);
}

TEST(ContentNegotiation, EverybodyElseGetsText) {
  for (const char* accept :
       {"", "*/*", "text/plain", "text/html,application/xhtml+xml,*/*;q=0.8",
        "application/openmetrics-text;version=0.0.1", "application/openmetrics-text;q=0",
        "application/openmetrics-text;q=0.2,text/plain;q=0.9", "application/openmetrics-text;q=nonsense",
        "application/openmetrics-text;version=2.0.0", ";;;,,,=;q=", "application/openmetrics-textual"}) {
    EXPECT_EQ(page_format(accept), PageFormat::text) << accept;
  }
}

TEST(ContentNegotiation, GzipByNameOrWildcard) {
  for (const char* header :
       {"gzip", "deflate, gzip;q=0.001, br", "GZIP", "x-gzip", "*", "br;q=1.0, *;q=0.1", "gzip;q=1.000"}) {
    EXPECT_TRUE(accepts_gzip(header)) << header;
  }
}

TEST(ContentNegotiation, NoGzipWhereItIsNotWanted) {
  for (const char* header : {"", "identity", "gzip;q=0", "gzip;q=0.000", "*;q=0", "*, gzip;q=0", "gzipped", "gzip;q=2",
                             "gzip;q=1.001", "gzip;q=0.0001", "br, deflate"}) {
    EXPECT_FALSE(accepts_gzip(header)) << header;
  }
}

}  // namespace
}  // namespace taara
