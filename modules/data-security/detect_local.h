/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the files of the detector share: rows, candidates, and the checks of
 * schemes.
 */

#pragma once

#include "detect.h"
#include "detect_shape.h"
#include "detect_words.h"

enum {
	DETECT_IBANS = 128,
	DETECT_NORMAL = 80, /* characters of a normal form */
};

/* How far a candidate is proved. */
enum detect_verdict {
	DETECT_NO,
	DETECT_NAMED,  /* only if a word names it */
	DETECT_SHAPE,  /* nothing speaks against it */
	DETECT_PROVED, /* check digits hold */
};

struct detect_text {
	const unsigned char *at;
	size_t length;
};

/* Letters and digits of a find, letters as capitals; a check may move start
 * and end. */
struct detect_find {
	const struct detector *detector;
	struct detect_text text;
	size_t start;
	size_t end;
	char normal[DETECT_NORMAL];
	size_t length; /* of normal */
};

typedef enum detect_verdict detect_check(struct detect_find *find);

struct detect_row {
	const char *type;
	const char *shapes;  /* NULL: found by its own scanner */
	detect_check *check; /* NULL: the shape is all there is */
	unsigned char shape_score;
	unsigned char proved_score;
	const char *reason;
};

struct detect_iban {
	char country[3];
	unsigned char length;
	char structure[31]; /* of the BBAN: n, a or c for each character */
};

struct detector {
	struct detect_shapes shapes;
	struct detect_words words;
	struct detect_iban ibans[DETECT_IBANS];
	size_t iban_count;
};

/* Rows with a scanner of their own, in this order, at the head of detect_rows.
 */
enum {
	DETECT_ROW_EMAIL,
	DETECT_ROW_URL,
	DETECT_ROW_IP,
	DETECT_ROW_MAC,
	DETECT_ROW_CARD,
	DETECT_ROW_IBAN,
	DETECT_ROW_CRYPTO,
	DETECT_ROW_PHONE,
	DETECT_ROW_SHAPED
};

extern const struct detect_row detect_rows[];
extern const unsigned detect_row_count;

/* Classes of bytes. */
enum {
	DETECT_DIGIT = 1,
	DETECT_UPPER = 2,
	DETECT_LOWER = 4,
	DETECT_HEX = 8,
	DETECT_MAIL = 16, /* may stand before '@' */
	DETECT_LETTER = DETECT_UPPER | DETECT_LOWER,
	DETECT_ALNUM = DETECT_DIGIT | DETECT_LETTER
};

extern const unsigned char detect_class[256];

/* Is the byte at i of this class?  Outside the text: no. */
static inline bool
detect_is(const struct detect_text *t, size_t i, int classes)
{
	return i < t->length && (detect_class[t->at[i]] & classes) != 0;
}

static inline bool
detect_at(const struct detect_text *t, size_t i, char c)
{
	return i < t->length && t->at[i] == (unsigned char)c;
}

/* Fills normal from start to end; false: it is too long. */
bool detect_normalise(struct detect_find *find);

/* Sum over digits times weights, count of them. */
unsigned detect_weighted(const char *digits, const char *weights);
bool detect_luhn(const char *digits, size_t count);
/* ISO 7064 MOD 11,10 over count digits, the last being the check. */
bool detect_mod11_10(const char *digits, size_t count);
bool detect_verhoeff(const char *digits, size_t count);
/* ICAO 9303: value of a character, and the check digit over count. */
unsigned detect_icao(const char *s, size_t count);
bool detect_all_same(const char *s, size_t count);
/* The number in count digits. */
unsigned detect_number(const char *digits, size_t count);
bool detect_date_is(unsigned year, unsigned month, unsigned day);
bool detect_one_of(char c, const char *set);
/* Are the two characters one of "AB CD EF"? */
bool detect_pair_in(const char *two, const char *list);

/* Card numbers: valid as ISO/IEC 7812 with the brands' lengths, Luhn holds. */
bool detect_card_valid(const char *digits, size_t count);
/* The longest valid card number that begins at i; 0: none, else its end. */
size_t detect_card_end(const struct detect_text *t, size_t i);
/* Is the valid number, normalised, of a brand or of a range in use? */
bool detect_card_likely(const struct detect_find *find);
bool detect_iban_valid(const struct detector *d, const char *s, size_t count);
/* Length of IBANs of the country, 0: it has none. */
size_t detect_iban_length(const struct detector *d, const char *country);
/* End of an e-mail address around the '@' at i, 0: none. */
size_t detect_mail(const struct detect_text *t, size_t i, size_t *start_out);
/* End of dotted quad at i, 0: none. */
size_t detect_ipv4_end(const struct detect_text *t, size_t i);
bool detect_cn_resident_sum(const char *s);

/* Scanners of the rows without shapes: true with start and end filled. */
bool detect_url_at(struct detect_find *find, size_t colon);
bool detect_host_at(struct detect_find *find, size_t dot);
bool detect_ipv6_at(struct detect_find *find, size_t colon);
bool detect_mac_at(struct detect_find *find, size_t separator);
bool detect_iban_at(struct detect_find *find, size_t i);
bool detect_phone_at(struct detect_find *find, size_t i,
    enum detect_verdict *verdict_out);
enum detect_verdict detect_crypto(struct detect_find *find);

/* The checks of the rows, in detect_verify_*.c. */
detect_check detect_aba, detect_au_abn, detect_au_acn, detect_au_medicare,
    detect_au_tfn, detect_ca_sin, detect_dea, detect_us_ssn, detect_us_itin,
    detect_us_npi, detect_za_id, detect_ng_nin;
detect_check detect_de_bsnr, detect_de_kvnr, detect_de_document, detect_de_lanr,
    detect_de_plz, detect_de_rvnr, detect_de_tax_id, detect_de_tax_number,
    detect_de_vat, detect_es_nif, detect_es_nie, detect_fi_hetu, detect_it_code,
    detect_it_vat, detect_pl_pesel, detect_se_org, detect_se_person,
    detect_tr_id, detect_tr_phone, detect_uk_licence, detect_uk_nhs,
    detect_uk_nino, detect_uk_postcode, detect_uk_plate;
detect_check detect_cn_resident, detect_cn_uscc, detect_cn_bank,
    detect_cn_plate, detect_hk_id, detect_mo_id, detect_tw_id,
    detect_in_aadhaar, detect_in_gstin, detect_in_pan, detect_in_vehicle,
    detect_kr_brn, detect_kr_licence, detect_kr_rrn, detect_kr_frn,
    detect_sg_fin, detect_sg_uen, detect_th_id, detect_imei, detect_date,
    detect_cn_mobile;
detect_check detect_ph_mobile, detect_ph_tin, detect_de_kfz, detect_it_licence,
    detect_tr_plate, detect_in_passport, detect_us_mbi, detect_mac;
