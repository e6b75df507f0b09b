using ForgeOrleans.Emulator.Limits;

namespace ForgeOrleans.Emulator.Faults;

/// <summary>Something that goes wrong with calls; what isn't named matches everything.</summary>
public sealed record Fault
{
    /// <summary>The name of the gateway's calls among the products.</summary>
    public const string Gateway = "graphql";

    /// <summary>What <see cref="Product"/> calls Forge storage.</summary>
    public const string Storage = "storage";

    private const double LongestSeconds = 24 * 60 * 60;
    private const int MostHeaders = 20;
    private const int LongestText = 1000;
    private static readonly int[] StatusesOfNoPermission = [401, 403, 404];

    /// <summary>What goes wrong.</summary>
    public required FaultKind Kind { get; init; }

    /// <summary>The id of the site that is called.</summary>
    public string? Site { get; init; }

    /// <summary>The product: <c>jira</c>, <c>confluence</c>, <c>storage</c>, or <c>graphql</c> for the gateway.</summary>
    public string? Product { get; init; }

    /// <summary>What the path begins with: a product's below its base URL, such as <c>/rest/api/3/issue</c>.</summary>
    public string? Path { get; init; }

    /// <summary>The method.</summary>
    public string? Method { get; init; }

    /// <summary>As whom the call is made: an account id, or <c>app</c>.</summary>
    public string? Principal { get; init; }

    /// <summary>How many calls; null for all.</summary>
    public int? Count { get; init; }

    /// <summary>For how many seconds; null until it is cleared.</summary>
    public double? Seconds { get; init; }

    /// <summary>
    /// Of <see cref="FaultKind.RateLimit"/>: <c>burst</c> (the default), <c>issue</c>, <c>tenant</c>, <c>global</c>, or any other value
    /// for the header <c>RateLimit-Reason</c>.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>Of <see cref="FaultKind.Error"/>, 503 by default; of <see cref="FaultKind.NoPermission"/>, 403 by default.</summary>
    public int? Status { get; init; }

    /// <summary>
    /// The header <c>Retry-After</c>, in seconds. Without it an error has none, and a 429 says when its limit has room again.
    /// </summary>
    public int? RetryAfter { get; init; }

    /// <summary>How many seconds late a <see cref="FaultKind.Slow"/> answer is.</summary>
    public double Delay { get; init; } = 1;

    /// <summary>Whether the call has done its work before it fails; of an error and a reset.</summary>
    public bool Processed { get; init; }

    /// <summary>Headers of the answer, in place of those that it would have; null takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Headers { get; init => field = value ?? new Dictionary<string, string?>(); } =
        new Dictionary<string, string?>();

    /// <summary>Its number, which also says what was before and after it.</summary>
    public long Id { get; internal init; }

    /// <summary>When it ends by itself; null for never.</summary>
    public DateTimeOffset? Until { get; internal init; }

    internal string ReasonFor(string product) => LimitReason.Named(Reason, product);

    internal bool Matches(FaultyCall call) =>
        (Site is null || Site == call.Site.Id)
        && (Product is null || Product == call.Product)
        && (Path is null || call.Path.StartsWith(Path, StringComparison.OrdinalIgnoreCase))
        && (Method is null || Method.Equals(call.Method, StringComparison.OrdinalIgnoreCase))
        && (Principal is null || Principal == call.Grant.Principal)
        && (Kind is not FaultKind.RevokedToken || call.Grant.Stamp < Id);

    /// <exception cref="EmulatorException">Something is out of its range.</exception>
    internal Fault Checked() =>
        !Enum.IsDefined(Kind) ? throw new EmulatorException("A fault has one of the kinds that the documentation names.")
        : Count is not (null or >= 1) ? throw new EmulatorException("A fault's count is 1 or more.")
        : Seconds is not (null or (> 0 and <= LongestSeconds)) ? throw Seconds24("seconds")
        : Delay is not (> 0 and <= LongestSeconds) ? throw Seconds24("delay")
        : RetryAfter is not (null or (>= 0 and <= (int)LongestSeconds)) ? throw Seconds24("retryAfter")
        : Kind is FaultKind.Error && Status is not (null or (>= 500 and <= 599))
            ? throw new EmulatorException("An error's status is 500 to 599.")
        : Kind is FaultKind.NoPermission && Status is { } status && !StatusesOfNoPermission.Contains(status)
            ? throw new EmulatorException($"The status of noPermission is one of {string.Join(", ", StatusesOfNoPermission)}.")
        : Headers.Count > MostHeaders || Headers.Any(header => !IsHeader(header.Key, header.Value))
            ? throw new EmulatorException($"A fault has at most {MostHeaders} headers, of printable ASCII.")
        : new[] { Site, Product, Path, Method, Principal, Reason }.Any(text => text?.Length > LongestText)
            ? throw new EmulatorException($"A fault's texts have at most {LongestText} characters.")
        : IsPrintable(Reason) ? this
        : throw new EmulatorException("A fault's reason is a header's value, of printable ASCII.");

    private static EmulatorException Seconds24(string name) => new($"A fault's {name} is above 0 and at most {LongestSeconds} seconds.");

    private static bool IsHeader(string name, string? value) => name.Length > 0 && name.All(IsOfName) && IsPrintable(value);

    private static bool IsOfName(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';

    private static bool IsPrintable(string? value) =>
        value is null || (value.Length <= LongestText && value.All(character => character is >= ' ' and <= '~'));
}
