/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The layout of a snapshot of lists.  It holds offsets and no pointers, so
 * that any process may map it anywhere, read-only.
 *
 * A header, then sections of equal records, each 8-byte aligned.  Texts are
 * offsets into the text section, NUL-terminated; 0 is the empty text.  Words
 * are sorted by part, then by signature, then by length; a bucket is a run of
 * words with one signature.
 */

#pragma once

#include "name_edit.h"

#include <stdint.h>

#define INDEX_MAGIC "EPSCREEN"
#define INDEX_VERSION 2u
#define INDEX_ENDIAN 0x01020304u

/* Words are parted by the view of their names, times PARTS, plus one of: */
enum part {
	PART_WORD,
	PART_JOINED, /* neighbours written together, and initials */
	PART_ABJAD,  /* written without vowels */
	PARTS,
};

enum section {
	SECTION_TEXT,
	SECTION_LISTS,
	SECTION_ENTRIES,
	SECTION_NAMES,
	SECTION_TOKENS,
	SECTION_WORDS,
	SECTION_POSTINGS,
	SECTION_BUCKETS,
	SECTION_GROUPS,
	SECTION_BIRTHS,
	SECTION_COUNTRIES,
	SECTION_IDENTIFIERS,
	SECTION_PROGRAMS,
	SECTION_LOOKUP,
	SECTIONS,
};

struct index_section {
	uint64_t offset;
	uint64_t count; /* of records */
};

struct index_header {
	char magic[8];
	uint32_t version;
	uint32_t endian;
	uint64_t size;     /* of the whole file */
	uint64_t checksum; /* of all bytes behind the header */
	struct index_section sections[SECTIONS];
};

struct range {
	uint32_t first, count;
};

struct list_record {
	uint32_t name, version, sha256, note;
	uint32_t entries;
	uint32_t reserved;
};

struct entry_record {
	uint32_t list, id, type, remarks;
	struct range names, births, countries, identifiers, programs;
};

struct name_record {
	uint32_t entry, text, form, form_text;
	uint8_t kind, view, transliterated, reserved;
	uint32_t mass; /* sum of the weights of its tokens */
	struct range tokens;
};

struct token_record {
	uint32_t text, signature;
	uint32_t group[3];
	uint8_t len, kind, flags, weight;
};

struct word_record {
	uint64_t counts; /* edit_counts() */
	struct edit_sounds sounds;
	uint32_t text, signature;
	uint8_t len, flags, part, kind;
	struct range postings;
	uint32_t group[3];
};

struct posting {
	uint32_t name;
	uint32_t weight; /* hundredths */
};

struct bucket {
	uint32_t signature, part;
	struct range words;
};

struct group_record {
	uint32_t group, word;
};

struct birth_record {
	int16_t year;
	uint8_t month, day, circa, reserved[3];
};

struct country_record {
	char code[4];
};

struct identifier_record {
	uint32_t type, value;
};

struct lookup_record {
	uint32_t hash, entry;
};

/* FNV-1a over 8-byte words, the rest as zero-filled word. */
uint64_t index_checksum(uint64_t start, const void *bytes, uint64_t len);

/* Bytes of one record of a section. */
uint64_t index_record_size(enum section section);
