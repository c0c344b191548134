/** Functions a statement may call: they compute from their arguments alone. A name not listed is refused, so a function that a
 * later DuckDB adds is closed until someone has judged it. Operators are named by their signs and need no entry. */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const NUMBERS = words(`
  abs acos acosh add asin asinh atan atan2 atanh bit_count cbrt ceil ceiling cos cosh cot degrees divide even exp factorial fdiv
  floor fmod gamma gcd greatest greatest_common_divisor isfinite isinf isnan lcm least least_common_multiple lgamma ln log log10
  log2 mod multiply nextafter pi pow power radians round round_even sign signbit sin sinh sqrt subtract tan tanh trunc xor
  equi_width_bins`);
const TEXTS = words(`
  ascii bar base64 bit_length char_length character_length chr concat concat_ws contains damerau_levenshtein decode editdist3
  encode ends_with format formatReadableDecimalSize formatReadableSize format_bytes from_base64 from_hex hamming hash hex
  ilike_escape instr jaccard jaro_similarity jaro_winkler_similarity lcase left left_grapheme len length length_grapheme
  levenshtein like_escape lower lpad ltrim md5 md5_number mismatches nfc_normalize not_ilike_escape not_like_escape octet_length
  ord parse_dirname parse_dirpath parse_filename parse_formatted_bytes position prefix printf regexp_escape regexp_extract
  regexp_extract_all regexp_full_match regexp_matches regexp_replace regexp_split_to_array repeat replace reverse right
  right_grapheme rpad rtrim sha1 sha256 split split_part starts_with str_split str_split_regex string_split string_split_regex
  string_to_array strip_accents strlen strpos substr substring substring_grapheme suffix to_base64 to_hex translate trim ucase
  unhex unicode upper url_decode url_encode`);
const TIMES = words(`
  century date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname dayofmonth dayofweek
  dayofyear days_in_month decade epoch epoch_ms epoch_ns epoch_us era hour isodow isoyear julian last_day make_date make_time
  make_timestamp make_timestamp_ms make_timestamp_ns make_timestamptz microsecond millennium millisecond minute month monthname
  nanosecond quarter second strftime strptime time_bucket timezone timezone_hour timezone_minute to_centuries to_days to_decades
  to_hours to_microseconds to_millennia to_milliseconds to_minutes to_months to_quarters to_seconds to_timestamp to_weeks to_years
  try_strptime week weekday weekofyear year yearweek`);
const NESTED = words(`
  aggregate apply array_aggr array_aggregate array_append array_apply array_cat array_concat array_contains
  array_cosine_distance array_cosine_similarity array_cross_product array_distance array_distinct array_dot_product array_extract
  array_filter array_grade_up array_has array_has_all array_has_any array_indexof array_inner_product array_intersect array_length
  array_position array_prepend array_reduce array_resize array_reverse array_reverse_sort array_select array_slice array_sort
  array_to_json array_to_string array_transform array_unique array_value array_where array_zip cardinality element_at filter
  flatten from_json from_json_strict generate_series grade_up json json_array json_array_length json_contains json_exists
  json_extract json_extract_path json_extract_path_text json_extract_string json_group_array json_group_object json_keys
  json_merge_patch json_object json_pretty json_quote json_structure json_transform json_transform_strict json_type json_valid
  json_value list_aggr list_aggregate list_any_value list_append list_apply list_avg list_cat list_concat list_contains
  list_cosine_distance list_cosine_similarity list_count list_distance list_distinct list_dot_product list_element list_entropy
  list_extract list_filter list_first list_grade_up list_has list_has_all list_has_any list_histogram list_indexof
  list_inner_product list_intersect list_kurtosis list_last list_mad list_max list_median list_min list_mode list_pack
  list_position list_prepend list_product list_reduce list_resize list_reverse list_reverse_sort list_select list_skewness
  list_slice list_sort list_stddev_pop list_stddev_samp list_string_agg list_sum list_transform list_unique list_value list_var_pop
  list_var_samp list_where list_zip map map_concat map_contains map_entries map_extract map_extract_value map_from_entries map_keys
  map_values range reduce row row_to_json struct_concat struct_contains struct_extract struct_extract_at struct_has struct_indexof
  struct_insert struct_keys struct_pack struct_position struct_update struct_values to_json unnest unpivot_list`);
const CHOICES = words(
  `case cast_to_type coalesce constant_or_null error ifnull if nullif switch try typeof grouping grouping_id`,
);
const AGGREGATES = words(`
  any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_max_nulls_last arg_min
  arg_min_null arg_min_nulls_last argmax argmin array_agg avg bit_and bit_or bit_xor bitstring_agg bool_and bool_or corr count
  count_if count_star countif covar_pop covar_samp cume_dist dense_rank entropy favg fill first first_value fsum geomean
  geometric_mean group_concat histogram histogram_exact kahan_sum kurtosis kurtosis_pop lag last last_value lead list listagg mad
  max max_by mean median min min_by mode nth_value ntile percent_rank product quantile quantile_cont quantile_disc rank rank_dense
  regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy row_number sem skewness stddev
  stddev_pop stddev_samp string_agg sum sumkahan var_pop var_samp variance wavg weighted_avg`);

const PURE = new Set([...NUMBERS, ...TEXTS, ...TIMES, ...NESTED, ...CHOICES, ...AGGREGATES].map((name) => name.toLowerCase()));

/** The clock and chance: fine for a look at the data, never where a result must be the same again. */
const VARYING = new Set(
  words(`age ago current_date current_localtime current_localtimestamp current_time current_timestamp gen_random_uuid
    get_current_time get_current_timestamp localtime localtimestamp now random reservoir_quantile today transaction_timestamp uuid
    uuidv4 uuidv7`),
);

/** Functions that may stand where a table stands; none of them reads anything but its arguments. */
const TABLE_FUNCTIONS = new Set(['generate_series', 'json_each', 'json_tree', 'range', 'unnest']);

const OPERATOR = /^[^a-z0-9_"]+$/i;

export type FunctionVerdict = 'pure' | 'varying' | 'refused';

/** What a scalar, aggregate or window function of this name may do. */
export function judgeFunction(name: string): FunctionVerdict {
  const lower = name.toLowerCase();
  if (PURE.has(lower) || OPERATOR.test(lower) || lower === '!__postfix') return 'pure';
  return VARYING.has(lower) ? 'varying' : 'refused';
}

export function isAllowedTableFunction(name: string): boolean {
  return TABLE_FUNCTIONS.has(name.toLowerCase());
}
