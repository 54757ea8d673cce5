/** What `from … import *` brings, for the libraries that notebooks do this with. Versions: pyspark 4.0, delta 4.0, Python 3.11. */
const exported: Readonly<Record<string, string>> = {
  'pyspark.sql.functions': `
    AnalyzeArgument AnalyzeResult OrderingColumn PandasUDFType PartitioningColumn SelectedColumn
    SkipRestOfInputTableException UserDefinedFunction UserDefinedTableFunction abs acos acosh add_months
    aes_decrypt aes_encrypt aggregate any_value approx_count_distinct approx_percentile array array_agg
    array_append array_compact array_contains array_distinct array_except array_insert array_intersect
    array_join array_max array_min array_position array_prepend array_remove array_repeat array_size array_sort
    array_union arrays_overlap arrays_zip asc asc_nulls_first asc_nulls_last ascii asin asinh assert_true atan
    atan2 atanh avg base64 bin bit_and bit_count bit_get bit_length bit_or bit_xor bitmap_bit_position
    bitmap_bucket_number bitmap_construct_agg bitmap_count bitmap_or_agg bitwise_not bool_and bool_or broadcast
    bround btrim bucket call_function call_udf cardinality cbrt ceil ceiling char char_length character_length
    coalesce col collate collation collect_list collect_set column concat concat_ws contains conv
    convert_timezone corr cos cosh cot count count_distinct count_if count_min_sketch covar_pop covar_samp crc32
    create_map csc cume_dist curdate current_catalog current_database current_date current_schema
    current_timestamp current_timezone current_user date_add date_diff date_format date_from_unix_date date_part
    date_sub date_trunc dateadd datediff datepart day dayname dayofmonth dayofweek dayofyear days decode degrees
    dense_rank desc desc_nulls_first desc_nulls_last e element_at elt encode endswith equal_null every exists
    exp explode explode_outer expm1 expr extract factorial filter find_in_set first first_value flatten floor
    forall format_number format_string from_csv from_json from_unixtime from_utc_timestamp from_xml get
    get_json_object getbit greatest grouping grouping_id hash hex histogram_numeric hll_sketch_agg
    hll_sketch_estimate hll_union hll_union_agg hour hours hypot ifnull ilike initcap inline inline_outer
    input_file_block_length input_file_block_start input_file_name instr is_valid_utf8 is_variant_null isnan
    isnotnull isnull java_method json_array_length json_object_keys json_tuple kurtosis lag last last_day
    last_value lcase lead least left length levenshtein like listagg listagg_distinct lit ln localtimestamp
    locate log log10 log1p log2 lower lpad ltrim make_date make_dt_interval make_interval make_timestamp
    make_timestamp_ltz make_timestamp_ntz make_valid_utf8 make_ym_interval map_concat map_contains_key
    map_entries map_filter map_from_arrays map_from_entries map_keys map_values map_zip_with mask max max_by md5
    mean median min min_by minute mode monotonically_increasing_id month monthname months months_between
    named_struct nanvl negate negative next_day now nth_value ntile nullif nullifzero nvl nvl2 octet_length
    overlay pandas_udf parse_json parse_url percent_rank percentile percentile_approx pi pmod posexplode
    posexplode_outer position positive pow power printf product quarter radians raise_error rand randn randstr
    rank reduce reflect regexp regexp_count regexp_extract regexp_extract_all regexp_instr regexp_like
    regexp_replace regexp_substr regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx
    regr_sxy regr_syy repeat replace reverse right rint rlike round row_number rpad rtrim schema_of_csv
    schema_of_json schema_of_variant schema_of_variant_agg schema_of_xml sec second sentences sequence
    session_user session_window sha sha1 sha2 shiftleft shiftright shiftrightunsigned shuffle sign signum sin
    sinh size skewness slice some sort_array soundex spark_partition_id split split_part sqrt stack startswith
    std stddev stddev_pop stddev_samp str_to_map string_agg string_agg_distinct struct substr substring
    substring_index sum sum_distinct tan tanh timestamp_add timestamp_diff timestamp_micros timestamp_millis
    timestamp_seconds to_binary to_char to_csv to_date to_json to_number to_timestamp to_timestamp_ltz
    to_timestamp_ntz to_unix_timestamp to_utc_timestamp to_varchar to_variant_object to_xml transform
    transform_keys transform_values translate trim trunc try_add try_aes_decrypt try_avg try_divide
    try_element_at try_make_interval try_make_timestamp try_make_timestamp_ltz try_make_timestamp_ntz try_mod
    try_multiply try_parse_json try_parse_url try_reflect try_subtract try_sum try_to_binary try_to_number
    try_to_timestamp try_url_decode try_validate_utf8 try_variant_get typeof ucase udf udtf unbase64 unhex
    uniform unix_date unix_micros unix_millis unix_seconds unix_timestamp unwrap_udt upper url_decode url_encode
    user validate_utf8 var_pop var_samp variance variant_get version weekday weekofyear when width_bucket window
    window_time xpath xpath_boolean xpath_double xpath_float xpath_int xpath_long xpath_number xpath_short
    xpath_string xxhash64 year years zeroifnull zip_with
  `,
  'pyspark.sql.types': `
    ArrayType BinaryType BooleanType ByteType CalendarIntervalType CharType DataType DateType
    DayTimeIntervalType DecimalType DoubleType FloatType IntegerType LongType MapType NullType Row ShortType
    StringType StructField StructType TimestampNTZType TimestampType VarcharType VariantType VariantVal
    YearMonthIntervalType
  `,
  'pyspark.sql': `
    Catalog Column DataFrame DataFrameNaFunctions DataFrameReader DataFrameStatFunctions DataFrameWriter
    DataFrameWriterV2 GroupedData HiveContext MergeIntoWriter Observation PandasCogroupedOps Row SQLContext
    SparkSession UDFRegistration UDTFRegistration VariantVal Window WindowSpec is_remote
  `,
  'pyspark.sql.window': `
    Window WindowSpec
  `,
  delta: `
    DeltaTable configure_spark_with_delta_pip
  `,
  'delta.tables': `
    Any Column ColumnMapping DataFrame DataType DeltaMergeBuilder DeltaOptimizeBuilder DeltaTable
    DeltaTableBuilder Dict ExpressionOrColumn IdentityGenerator Iterable List NoReturn Optional
    OptionalColumnMapping OptionalExpressionOrColumn SparkSession StructField StructType TYPE_CHECKING Tuple
    Union cast dataclass functions is_remote overload since
  `,
  math: `
    acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh degrees dist e erf erfc exp exp2
    expm1 fabs factorial floor fmod frexp fsum gamma gcd hypot inf isclose isfinite isinf isnan isqrt lcm ldexp
    lgamma log log10 log1p log2 modf nan nextafter perm pi pow prod radians remainder sin sinh sqrt tan tanh tau
    trunc ulp
  `,
  datetime: `
    MAXYEAR MINYEAR UTC date datetime time timedelta timezone tzinfo
  `,
  time: `
    CLOCK_BOOTTIME CLOCK_MONOTONIC CLOCK_MONOTONIC_RAW CLOCK_PROCESS_CPUTIME_ID CLOCK_REALTIME CLOCK_TAI
    CLOCK_THREAD_CPUTIME_ID altzone asctime clock_getres clock_gettime clock_gettime_ns clock_settime
    clock_settime_ns ctime daylight get_clock_info gmtime localtime mktime monotonic monotonic_ns perf_counter
    perf_counter_ns process_time process_time_ns pthread_getcpuclockid sleep strftime strptime struct_time
    thread_time thread_time_ns time time_ns timezone tzname tzset
  `,
  random: `
    Random SystemRandom betavariate choice choices expovariate gammavariate gauss getrandbits getstate
    lognormvariate normalvariate paretovariate randbytes randint random randrange sample seed setstate shuffle
    triangular uniform vonmisesvariate weibullvariate
  `,
  typing: `
    AbstractSet Annotated Any AnyStr AsyncContextManager AsyncGenerator AsyncIterable AsyncIterator Awaitable
    BinaryIO ByteString Callable ChainMap ClassVar Collection Concatenate Container ContextManager Coroutine
    Counter DefaultDict Deque Dict Final ForwardRef FrozenSet Generator Generic Hashable IO ItemsView Iterable
    Iterator KeysView List Literal LiteralString Mapping MappingView Match MutableMapping MutableSequence
    MutableSet NamedTuple Never NewType NoReturn NotRequired Optional OrderedDict ParamSpec ParamSpecArgs
    ParamSpecKwargs Pattern Protocol Required Reversible Self Sequence Set Sized SupportsAbs SupportsBytes
    SupportsComplex SupportsFloat SupportsIndex SupportsInt SupportsRound TYPE_CHECKING Text TextIO Tuple Type
    TypeAlias TypeGuard TypeVar TypeVarTuple TypedDict Union Unpack ValuesView assert_never assert_type cast
    clear_overloads dataclass_transform final get_args get_origin get_overloads get_type_hints is_typeddict
    no_type_check no_type_check_decorator overload reveal_type runtime_checkable
  `,
  collections: `
    ChainMap Counter OrderedDict UserDict UserList UserString defaultdict deque namedtuple
  `,
  itertools: `
    accumulate chain combinations combinations_with_replacement compress count cycle dropwhile filterfalse
    groupby islice pairwise permutations product repeat starmap takewhile tee zip_longest
  `,
  functools: `
    WRAPPER_ASSIGNMENTS WRAPPER_UPDATES cache cached_property cmp_to_key lru_cache partial partialmethod reduce
    singledispatch singledispatchmethod total_ordering update_wrapper wraps
  `,
  'os.path': `
    abspath altsep basename commonpath commonprefix curdir defpath devnull dirname exists expanduser expandvars
    extsep getatime getctime getmtime getsize isabs isdir isfile islink ismount join lexists normcase normpath
    pardir pathsep realpath relpath samefile sameopenfile samestat sep split splitdrive splitext
    supports_unicode_filenames
  `,
  re: `
    A ASCII DOTALL I IGNORECASE L LOCALE M MULTILINE Match NOFLAG Pattern RegexFlag S U UNICODE VERBOSE X
    compile error escape findall finditer fullmatch match purge search split sub subn template
  `,
  json: `
    JSONDecodeError JSONDecoder JSONEncoder dump dumps load loads
  `,
  string: `
    Formatter Template ascii_letters ascii_lowercase ascii_uppercase capwords digits hexdigits octdigits
    printable punctuation whitespace
  `,
  decimal: `
    BasicContext Clamped Context ConversionSyntax Decimal DecimalException DecimalTuple DefaultContext
    DivisionByZero DivisionImpossible DivisionUndefined ExtendedContext FloatOperation HAVE_CONTEXTVAR
    HAVE_THREADS Inexact InvalidContext InvalidOperation MAX_EMAX MAX_PREC MIN_EMIN MIN_ETINY Overflow
    ROUND_05UP ROUND_CEILING ROUND_DOWN ROUND_FLOOR ROUND_HALF_DOWN ROUND_HALF_EVEN ROUND_HALF_UP ROUND_UP
    Rounded Subnormal Underflow getcontext localcontext setcontext
  `,
  pathlib: `
    Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath
  `,
  statistics: `
    NormalDist StatisticsError correlation covariance fmean geometric_mean harmonic_mean linear_regression mean
    median median_grouped median_high median_low mode multimode pstdev pvariance quantiles stdev variance
  `,
  dataclasses: `
    Field FrozenInstanceError InitVar KW_ONLY MISSING asdict astuple dataclass field fields is_dataclass
    make_dataclass replace
  `,
  enum: `
    CONFORM CONTINUOUS EJECT Enum EnumCheck EnumMeta EnumType Flag FlagBoundary IntEnum IntFlag KEEP NAMED_FLAGS
    ReprEnum STRICT StrEnum UNIQUE auto global_enum global_enum_repr global_flag_repr global_str member
    nonmember pickle_by_enum_name pickle_by_global_name property unique verify
  `,
  abc: `
    ABC ABCMeta abstractclassmethod abstractmethod abstractproperty abstractstaticmethod get_cache_token
    update_abstractmethods
  `,
  os: `
    CLD_CONTINUED CLD_DUMPED CLD_EXITED CLD_KILLED CLD_STOPPED CLD_TRAPPED DirEntry EFD_CLOEXEC EFD_NONBLOCK
    EFD_SEMAPHORE EX_CANTCREAT EX_CONFIG EX_DATAERR EX_IOERR EX_NOHOST EX_NOINPUT EX_NOPERM EX_NOUSER EX_OK
    EX_OSERR EX_OSFILE EX_PROTOCOL EX_SOFTWARE EX_TEMPFAIL EX_UNAVAILABLE EX_USAGE F_LOCK F_OK F_TEST F_TLOCK
    F_ULOCK GRND_NONBLOCK GRND_RANDOM MFD_ALLOW_SEALING MFD_CLOEXEC MFD_HUGETLB MFD_HUGE_16GB MFD_HUGE_16MB
    MFD_HUGE_1GB MFD_HUGE_1MB MFD_HUGE_256MB MFD_HUGE_2GB MFD_HUGE_2MB MFD_HUGE_32MB MFD_HUGE_512KB
    MFD_HUGE_512MB MFD_HUGE_64KB MFD_HUGE_8MB MFD_HUGE_MASK MFD_HUGE_SHIFT NGROUPS_MAX O_ACCMODE O_APPEND
    O_ASYNC O_CLOEXEC O_CREAT O_DIRECT O_DIRECTORY O_DSYNC O_EXCL O_FSYNC O_LARGEFILE O_NDELAY O_NOATIME
    O_NOCTTY O_NOFOLLOW O_NONBLOCK O_PATH O_RDONLY O_RDWR O_RSYNC O_SYNC O_TMPFILE O_TRUNC O_WRONLY
    POSIX_FADV_DONTNEED POSIX_FADV_NOREUSE POSIX_FADV_NORMAL POSIX_FADV_RANDOM POSIX_FADV_SEQUENTIAL
    POSIX_FADV_WILLNEED POSIX_SPAWN_CLOSE POSIX_SPAWN_DUP2 POSIX_SPAWN_OPEN PRIO_PGRP PRIO_PROCESS PRIO_USER
    P_ALL P_NOWAIT P_NOWAITO P_PGID P_PID P_PIDFD P_WAIT RTLD_DEEPBIND RTLD_GLOBAL RTLD_LAZY RTLD_LOCAL
    RTLD_NODELETE RTLD_NOLOAD RTLD_NOW RWF_APPEND RWF_DSYNC RWF_HIPRI RWF_NOWAIT RWF_SYNC R_OK SCHED_BATCH
    SCHED_FIFO SCHED_IDLE SCHED_OTHER SCHED_RESET_ON_FORK SCHED_RR SEEK_CUR SEEK_DATA SEEK_END SEEK_HOLE
    SEEK_SET SPLICE_F_MORE SPLICE_F_MOVE SPLICE_F_NONBLOCK ST_APPEND ST_MANDLOCK ST_NOATIME ST_NODEV
    ST_NODIRATIME ST_NOEXEC ST_NOSUID ST_RDONLY ST_RELATIME ST_SYNCHRONOUS ST_WRITE TMP_MAX WCONTINUED WCOREDUMP
    WEXITED WEXITSTATUS WIFCONTINUED WIFEXITED WIFSIGNALED WIFSTOPPED WNOHANG WNOWAIT WSTOPPED WSTOPSIG WTERMSIG
    WUNTRACED W_OK XATTR_CREATE XATTR_REPLACE XATTR_SIZE_MAX X_OK _exit abort access altsep chdir chmod chown
    chroot close closerange confstr confstr_names copy_file_range cpu_count ctermid curdir defpath
    device_encoding devnull dup dup2 environ environb error eventfd eventfd_read eventfd_write execl execle
    execlp execlpe execv execve execvp execvpe extsep fchdir fchmod fchown fdatasync fdopen fork forkpty
    fpathconf fsdecode fsencode fspath fstat fstatvfs fsync ftruncate fwalk get_blocking get_exec_path
    get_inheritable get_terminal_size getcwd getcwdb getegid getenv getenvb geteuid getgid getgrouplist
    getgroups getloadavg getlogin getpgid getpgrp getpid getppid getpriority getrandom getresgid getresuid
    getsid getuid getxattr initgroups isatty kill killpg lchown linesep link listdir listxattr lockf login_tty
    lseek lstat major makedev makedirs memfd_create minor mkdir mkfifo mknod name nice open openpty pardir path
    pathconf pathconf_names pathsep pidfd_open pipe pipe2 popen posix_fadvise posix_fallocate posix_spawn
    posix_spawnp pread preadv putenv pwrite pwritev read readlink readv register_at_fork remove removedirs
    removexattr rename renames replace rmdir scandir sched_get_priority_max sched_get_priority_min
    sched_getaffinity sched_getparam sched_getscheduler sched_param sched_rr_get_interval sched_setaffinity
    sched_setparam sched_setscheduler sched_yield sendfile sep set_blocking set_inheritable setegid seteuid
    setgid setgroups setpgid setpgrp setpriority setregid setresgid setresuid setreuid setsid setuid setxattr
    spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe splice stat stat_result statvfs
    statvfs_result strerror supports_bytes_environ symlink sync sysconf sysconf_names system tcgetpgrp tcsetpgrp
    terminal_size times times_result truncate ttyname umask uname uname_result unlink unsetenv urandom utime
    wait wait3 wait4 waitid waitid_result waitpid waitstatus_to_exitcode walk write writev
  `,
}

/** The names that a library's `import *` binds; null if it is not known. */
export function starNames(module: string): readonly string[] | null {
  return Object.hasOwn(exported, module) ? exported[module]!.trim().split(/\s+/) : null
}
