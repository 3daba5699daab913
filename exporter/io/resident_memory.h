// SPDX-License-Identifier: Apache-2.0
// Gives memory back that an idle daemon only holds by habit. For a machine with 1 GB that does other work as well.
#pragma once

namespace taara {

// Free heap pages go back to the system, and so do pages of program and libraries that were touched once, by the loader
// or at the start: what is needed again is mapped again from the page cache. Cheap enough for now and then (after start
// and reload), not for every scrape. Any thread may call it.
void release_idle_memory();

}  // namespace taara
