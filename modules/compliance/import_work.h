/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The heavy part of an import: files read, digested, parsed and written as
 * the texts that the store keeps.  Pure: runs on a thread, uses nothing but
 * its argument and the heap.
 */

#pragma once

#include "list.h"
#include "pool.h"

/* The texts of a list are bounded as the body of a request is. */
#define IMPORT_BYTES_MAX ((size_t)256 << 20)
#define IMPORT_FILES_MAX 8

enum import_fault {
	IMPORT_FINE,
	IMPORT_NO_FILE,  /* the path leads nowhere */
	IMPORT_BAD_PATH, /* not a path below the folder */
	IMPORT_TOO_LARGE,
	IMPORT_BAD_LIST, /* file, line and words */
};

struct import_entry {
	const char *id;
	const char *text; /* see list_line() */
	size_t length;
};

struct import_work {
	/* in: the files, or folder and path to read them from */
	enum list_format format;
	const struct lexicon *lexicon;
	struct list_file files[IMPORT_FILES_MAX];
	size_t file_count;
	const char *folder, *path;

	/* out: lives until import_work_fini() */
	struct pool *pool;
	struct import_entry *entries;
	size_t entry_count, name_count;
	struct list_outcome outcome;
	enum import_fault fault;
	const char *file; /* of the fault */
	char reason[256];
};

/* Does it all; argument is a struct import_work. */
void import_work_run(void *argument);

void import_work_fini(struct import_work *work);

/* Records the first fault; returns -1. */
int import_work_fault(struct import_work *work, enum import_fault fault,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/*
 * import_folder.c: reads the file that path names below folder; of an OFAC
 * folder its sdn.csv, alt.csv and add.csv.  Symbolic links and ".." are
 * refused at each step.  Returns 0, or -1 with the fault recorded.
 */
int import_folder_read(struct import_work *work);
