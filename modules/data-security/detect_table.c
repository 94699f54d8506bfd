/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * All detectors, one row each.  Names are those of Microsoft Presidio where it
 * has the type.  How shapes are spelt: detect_shape.h.  A score of 0 for the
 * shape means that a shape alone is no hit.  In a scan for everything what
 * stays under 50 is left out, so weak shapes count only beside their word.
 */

#include "detect_local.h"

#include <string.h>
#include <strings.h>

#define TEN_DIGITS_IN_GROUPS "9<3>~9<3>~9<4>"
#define MONTH "AAA"
#define ISO_DAY "9999-99-99"
#define ISO_TIME(zone)                                                 \
	ISO_DAY "t99:99" zone "|" ISO_DAY "t99:99:99" zone "|" ISO_DAY \
		"t99:99:99.9<1-6>" zone

/* clang-format off */
const struct detect_row detect_rows[] = {
	{ "EMAIL_ADDRESS", NULL, NULL, 95, 95, "a mailbox at a domain" },
	{ "URL", NULL, NULL, 50, 85, "a host with a top-level domain" },
	{ "IP_ADDRESS", NULL, NULL, 10, 75, "an address of RFC 791 or RFC 4291" },
	{ "MAC_ADDRESS", "X<4>.X<4>.X<4>", detect_mac, 75, 75, "six pairs of IEEE 802" },
	{ "CREDIT_CARD", NULL, NULL, 40, 95, "Luhn holds, and the length of the brand" },
	{ "IBAN_CODE", NULL, NULL, 0, 100, "structure of the country, MOD 97-10 holds" },
	{ "CRYPTO", NULL, NULL, 55, 100, "checksum of a wallet address" },
	{ "PHONE_NUMBER", NULL, NULL, 50, 80, "groups of a telephone number" },

	{ "CN_RESIDENT_ID", "9<17>9|9<17>x", detect_cn_resident, 0, 100,
		"region, date and MOD 11-2 hold (GB 11643)" },
	{ "CN_USCC", "X<18>", detect_cn_uscc, 0, 100, "check character holds (GB 32100)" },
	{ "CN_MOBILE", "19<10>|86~19<10>|86~9<3>_9<4>_9<4>|19<2>_9<4>_9<4>", detect_cn_mobile, 65, 90,
		"eleven digits from 13 to 19" },
	{ "CN_PASSPORT", "e9<8>|g9<8>|eA9<7>|d9<8>|s9<8>|p9<8>|h9<8>", NULL, 60, 60,
		"letter and eight digits of a passport" },
	{ "CN_BANK_CARD", "9<16-19>|9<4>_9<4>_9<4>_9<4>|9<4>_9<4>_9<4>_9<4>_9<3>|9<6>_9<13>", detect_cn_bank, 0, 96,
		"UnionPay range, Luhn holds" },
	{ "CN_HK_MACAU_PERMIT", "c9<8>|w9<8>|cA9<7>|h9<8>|m9<8>|h9<10>|m9<10>", NULL, 30, 30,
		"letter and digits of a permit" },
	{ "CN_TAIWAN_PERMIT", "t9<8>|l9<8>|9<8>", NULL, 5, 5, "eight digits of a permit" },
	{ "CN_VEHICLE_PLATE", "AX<5-6>|X<5-6>", detect_cn_plate, 0, 85,
		"province, office and number (GA 36)" },
	{ "HK_ID", "A9<6>(9)|A9<6>(a)|AA9<6>(9)|AA9<6>(a)|A9<7>|A9<6>a", detect_hk_id, 0, 95,
		"check digit in brackets holds" },
	{ "MO_ID", "9<7>(9)", detect_mo_id, 60, 60, "seven digits and one in brackets" },
	{ "TW_ID", "A9<9>", detect_tw_id, 0, 60, "place, sex and check digit hold" },
	{ "IMEI", "9<15>|9<2>-9<6>-9<6>-9", detect_imei, 20, 20, "Luhn holds over fifteen digits" },

	{ "ABA_ROUTING_NUMBER", "9<9>|9<4>-9<4>-9", detect_aba, 0, 45, "weights 3 7 1 hold" },
	{ "AU_ABN", "9<11>|9<2> 9<3> 9<3> 9<3>", detect_au_abn, 0, 60, "modulus 89 holds" },
	{ "AU_ACN", "9<9>|9<3> 9<3> 9<3>", detect_au_acn, 0, 42, "complement to ten holds" },
	{ "AU_MEDICARE", "9<10>|9<4> 9<5> 9", detect_au_medicare, 0, 44, "weights 1 3 7 9 hold" },
	{ "AU_TFN", "9<9>|9<3> 9<3> 9<3>", detect_au_tfn, 0, 44, "modulus 11 holds" },
	{ "CA_SIN", "9<9>|9<3>_9<3>_9<3>", detect_ca_sin, 0, 43, "Luhn holds" },
	{ "MEDICAL_LICENSE", "AA9<7>|A9<8>", detect_dea, 0, 48, "check digit of the DEA holds" },
	{ "US_SSN", "9<3>-99-9<4>|9<3> 99 9<4>|9<3>.99.9<4>|9<5>-9<4>|9<3>-9<6>|9<9>", detect_us_ssn, 5, 60,
		"area, group and serial that are given" },
	{ "US_ITIN", "9<3>~99~9<4>", detect_us_itin, 30, 60, "9 and a group of ITINs" },
	{ "US_PASSPORT", "9<9>|A9<8>", NULL, 10, 10, "nine characters of a passport" },
	{ "US_DRIVER_LICENSE", "9<6-14>|9<16>|A9<3-14>|A9<18>|AA9<2-7>|h9<8>|99AAA9<5-6>|A9<6>r|9<9>A|"
		"AA9<6>A|9<8>AA|9<3>AA9<4>|A9A9A|9<7-8>A", NULL, 5, 5, "one of the forms of the states" },
	{ "US_BANK_NUMBER", "9<8-17>", NULL, 5, 5, "eight to seventeen digits" },
	{ "US_MBI", "9AX9~AX9~AA99", detect_us_mbi, 60, 60, "eleven characters of Medicare" },
	{ "US_NPI", "9<10>|9<4>_9<3>_9<3>", detect_us_npi, 0, 46, "Luhn with 80840 holds" },
	{ "ZA_ID_NUMBER", "9<13>", detect_za_id, 0, 65, "date and Luhn hold" },
	{ "NG_NIN", "9<11>", detect_ng_nin, 0, 42, "Verhoeff holds" },
	{ "NG_VEHICLE_REGISTRATION", "AAA-9<3>AA|AAA9<3>AA", NULL, 45, 45, "three letters, three digits, two letters" },
	{ "PH_MOBILE_NUMBER", "09<10>|09<3>_9<3>_9<4>|639<10>|63_9<3>_9<3>_9<4>|0 (9<3>) 9<3>_9<4>|0 (9<3>) 9<7>|(09<3>) 9<3>_9<4>|63 (9<3>) 9<3>_9<4>",
		detect_ph_mobile, 40, 80, "0 or +63 and a number from 9" },
	{ "PH_TIN", "9<3>-9<3>-9<3>|9<3>-9<3>-9<3>-9<3>|9<3>-9<3>-9<3>-9<5>|9<9>|9<12>", detect_ph_tin, 5, 40,
		"groups of three" },

	{ "DE_BSNR", "9<9>", detect_de_bsnr, 5, 5, "nine digits of a practice" },
	{ "DE_FUEHRERSCHEIN", "AA9<8>X|A9<3>X<5>9X", NULL, 30, 30, "eleven characters of a licence" },
	{ "DE_HANDELSREGISTER", "hra~9<1-6>|hrb~9<1-6>", NULL, 70, 70, "section and number of the register" },
	{ "DE_HEALTH_INSURANCE", "A9<9>", detect_de_kvnr, 0, 48, "check digit of SGB V 290 holds" },
	{ "DE_ID_CARD", "AX<7>9|A9<8>", detect_de_document, 20, 48, "serial number, check digit holds" },
	{ "DE_PASSPORT", "AX<7>9", detect_de_document, 0, 48, "serial number, check digit holds" },
	{ "DE_KFZ", "A<1-3>_A<1-2>~9<1-4>|A<1-3>_A<1-2>~9<1-3>e|A<1-3>_A<1-2>~9<1-3>h", detect_de_kfz, 30, 30,
		"place, letters and number of a plate" },
	{ "DE_LANR", "9<9>", detect_de_lanr, 0, 42, "weights 4 9 hold" },
	{ "DE_PLZ", "9<5>", detect_de_plz, 5, 5, "five digits from 01001" },
	{ "DE_SOCIAL_SECURITY", "9<8>A9<3>|99 9<6> A 9<3>", detect_de_rvnr, 0, 85, "date and check digit hold" },
	{ "DE_TAX_ID", "9<11>|99 9<3> 9<3> 9<3>", detect_de_tax_id, 0, 48, "MOD 11,10 holds" },
	{ "DE_TAX_NUMBER", "9<2-3>/9<3-4>/9<4-5>|9<13>", detect_de_tax_number, 5, 50, "groups of a tax office" },
	{ "DE_VAT_ID", "de9<9>|de~9<3>~9<3>~9<3>|de 9<3>-9<3>.9<3>|de 9<3>.9<3>.9<3>", detect_de_vat, 0, 95,
		"MOD 11,10 holds" },
	{ "ES_NIF", "9<7-8>~A", detect_es_nif, 0, 55, "letter of modulus 23 holds" },
	{ "ES_NIE", "A9<7>~A|A9<8>~A", detect_es_nie, 0, 70, "letter of modulus 23 holds" },
	{ "ES_PASSPORT", "AAA9<6>", NULL, 20, 20, "three letters and six digits" },
	{ "FI_PERSONAL_IDENTITY_CODE", "9<6>-9<3>X|9<6>+9<3>X|9<6>A9<3>X", detect_fi_hetu, 0, 95,
		"date and remainder of 31 hold" },
	{ "IT_FISCAL_CODE", "A<6>XXAXXAXXXA", detect_it_code, 0, 95, "form and check letter hold" },
	{ "IT_VAT_CODE", "9<11>|it9<11>", detect_it_vat, 0, 45, "Luhn holds" },
	{ "IT_DRIVER_LICENSE", "AA9<7>A|u1X<7>A", detect_it_licence, 30, 30, "ten characters of a licence" },
	{ "IT_IDENTITY_CARD", "AA~9<7>|9<7>AA|AA9<5>AA", NULL, 20, 20, "nine characters of a card" },
	{ "IT_PASSPORT", "AA9<7>", NULL, 15, 15, "two letters and seven digits" },
	{ "PL_PESEL", "9<11>", detect_pl_pesel, 0, 55, "date and weights 1 3 7 9 hold" },
	{ "SE_ORGANISATIONSNUMMER", "9<10>|9<6>-9<4>", detect_se_org, 0, 44, "Luhn holds" },
	{ "SE_PERSONNUMMER", "9<10>|9<12>|9<6>-9<4>|9<6>+9<4>|9<8>-9<4>|9<8>+9<4>", detect_se_person, 0, 58,
		"date and Luhn hold" },
	{ "TR_NATIONAL_ID", "9<11>", detect_tr_id, 0, 56, "both check digits hold" },
	{ "TR_LICENSE_PLATE", "99~A<1-3>~9<2-4>|99~A~9<5>", detect_tr_plate, 30, 30, "province, letters and number" },
	{ "TR_PHONE_NUMBER", "9<10>|09<10>|909<10>|9<3>~9<3>~99~99|0~9<3>~9<3>~99~99|90~9<3>~9<3>~99~99|"
		"9<3>.9<3>.99.99|0 (9<3>) 9<3>~99~99", detect_tr_phone, 30, 80, "area from 2 to 5 and seven digits" },
	{ "UK_DRIVING_LICENCE", "X<5>9<6>XXXAA", detect_uk_licence, 0, 90, "date of birth of the DVLA's form" },
	{ "UK_NHS", "9<10>|9<3>_9<3>_9<4>", detect_uk_nhs, 0, 48, "modulus 11 holds" },
	{ "UK_NINO", "AA~99~99~99~A", detect_uk_nino, 65, 65, "prefix and suffix that are given" },
	{ "UK_PASSPORT", "AA9<7>", NULL, 15, 15, "two letters and seven digits" },
	{ "UK_POSTCODE", "A9 9AA|A99 9AA|AA9 9AA|AA99 9AA|A9A 9AA|AA9A 9AA|gir 0aa|A9AA9A|A99AA|A999AA|AA99AA|AA999AA|A9A9AA|AA9A9AA",
		detect_uk_postcode, 30, 30, "letters that a post town can have" },
	{ "UK_VEHICLE_REGISTRATION", "AA99~AAA|A9<1-3>~AAA|AAA~9<1-3>A", detect_uk_plate, 35, 35,
		"area and age of a plate" },

	{ "IN_AADHAAR", "9<12>|9<4>_9<4>_9<4>|9<4>:9<4>:9<4>", detect_in_aadhaar, 0, 48, "Verhoeff holds" },
	{ "IN_GSTIN", "99A<5>9<4>AXzX", detect_in_gstin, 60, 95, "state, PAN and check character" },
	{ "IN_PAN", "A<5>9<4>A", detect_in_pan, 50, 75, "five letters, four digits, a letter" },
	{ "IN_PASSPORT", "A9<7>", detect_in_passport, 15, 15, "letter and seven digits" },
	{ "IN_VEHICLE_REGISTRATION", "AA~99~A<1-3>~9<4>|AA~9~A<1-2>~9<4>|AA~99~9<4>|AA9<4>|AAA~9<4>|i9<5>", detect_in_vehicle, 5, 45,
		"state, office and number" },
	{ "IN_VOTER", "AAA9<7>", NULL, 45, 45, "three letters and seven digits" },
	{ "KR_BRN", "9<3>-99-9<5>|9<10>", detect_kr_brn, 0, 47, "check digit holds" },
	{ "KR_DRIVER_LICENSE", "99_99_9<6>_99|9<12>", detect_kr_licence, 45, 45, "region, year, number and check" },
	{ "KR_FRN", "9<6>-9<7>|9<13>", detect_kr_frn, 40, 85, "date of birth and digit of sex" },
	{ "KR_RRN", "9<6>-9<7>|9<13>", detect_kr_rrn, 40, 85, "date of birth and digit of sex" },
	{ "KR_PASSPORT", "m9<8>|s9<8>|r9<8>|o9<8>|d9<8>|g9<8>|m9<3>A9<4>|s9<3>A9<4>|r9<3>A9<4>|o9<3>A9<4>|d9<3>A9<4>|g9<3>A9<4>",
		NULL, 25, 25, "letter and digits of a passport" },
	{ "SG_NRIC_FIN", "A9<7>A", detect_sg_fin, 30, 85, "check letter of modulus 11" },
	{ "SG_UEN", "9<8>A|9<9>A|A99XX9<4>A", detect_sg_uen, 0, 75, "check letter holds" },
	{ "TH_TNIN", "9<13>|9-9<4>-9<5>-99-9", detect_th_id, 0, 48, "province and modulus 11 hold" },

	{ "DATE_TIME", "9<1-2>/9<1-2>/9999|9<1-2>/9<1-2>/99|9<1-2>-9<1-2>-9999|9<1-2>-9<1-2>-99|9<1-2>.9<1-2>.9999|9<1-2>.9<1-2>.99|"
		"9999/9<1-2>/9<1-2>|9999-9<1-2>-9<1-2>|9<1-2>/9<1-2>|9<1-2>/9999|"
		"9<1-2>-" MONTH "|" MONTH "-99|" MONTH "-9999|9<1-2>-" MONTH "-99|9<1-2>-" MONTH "-9999|"
		ISO_TIME("") "|" ISO_TIME("z") "|" ISO_TIME("+99:99") "|" ISO_TIME("-99:99"),
		detect_date, 20, 40, "a day of the calendar" },
};
/* clang-format on */

const unsigned detect_row_count = sizeof detect_rows / sizeof detect_rows[0];

_Static_assert(sizeof detect_rows / sizeof detect_rows[0] <= DETECT_TYPES_MAX,
    "a bit for each type");

const char *
detector_type_name(unsigned type)
{
	return type < detect_row_count ? detect_rows[type].type : NULL;
}

bool
detector_type_find(const char *name, size_t length, unsigned *type_out)
{
	unsigned i;

	for (i = 0; i < detect_row_count; i++)
		if (strlen(detect_rows[i].type) == length &&
		    strncasecmp(detect_rows[i].type, name, length) == 0) {
			*type_out = i;
			return true;
		}
	return false;
}
