// SPDX-License-Identifier: Apache-2.0
#include "app/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <string>

namespace taara {
namespace {

constexpr int kWidth = 40;
constexpr int kWhole = 100;

}  // namespace

ProgressBar::ProgressBar() : seen_(::isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (shown_ >= 0) std::cerr << "\r\x1b[K" << std::flush;
}

void ProgressBar::show(double part) {
  const int percent = std::clamp(static_cast<int>(part * kWhole), 0, kWhole);
  if (!seen_ || percent == shown_) return;
  shown_ = percent;
  const auto full = static_cast<std::size_t>(percent * kWidth / kWhole);
  std::cerr << "\r[" << std::string(full, '#') << std::string(kWidth - full, ' ') << "] " << percent << " %"
            << std::flush;
}

}  // namespace taara
