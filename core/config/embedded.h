/* SPDX-License-Identifier: BSD-2-Clause */

/* host_schema.yaml, faults.yaml and conf/entrepot.yaml as they were when the
 * program was built, each terminated by a NUL at its _end. */

#pragma once

#define EMBEDDED __attribute__((visibility("hidden")))

extern const char embedded_host_schema[] EMBEDDED;
extern const char embedded_host_schema_end[] EMBEDDED;
extern const char embedded_faults[] EMBEDDED;
extern const char embedded_faults_end[] EMBEDDED;
extern const char embedded_default[] EMBEDDED;
extern const char embedded_default_end[] EMBEDDED;
