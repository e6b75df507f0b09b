using System.Net;
using System.Text;

namespace ForgeOrleans.Verification.Playing;

/// <summary>What a remote answered, or why there is no answer.</summary>
/// <param name="Status">The status; null when there is no answer.</param>
/// <param name="Headers">With lowercase names.</param>
/// <param name="Body">The body, or its beginning when it is larger than the platform takes.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Failure">Why there is no answer, as what the remote did.</param>
internal sealed record RemoteAnswer(
    int? Status, IReadOnlyDictionary<string, string[]> Headers, byte[] Body, TimeSpan Took, string? Failure = null)
{
    /// <summary>How large a response may be (contract, section 1).</summary>
    public const int LargestBody = 5 * 1024 * 1024;

    private const int Shown = 120;
    private static readonly Dictionary<string, string[]> NoHeaders = [];

    public static RemoteAnswer None(string failure, TimeSpan took) => new(null, NoHeaders, [], took, failure);

    /// <summary>Whether there was none within the platform's limit.</summary>
    public bool IsLate { get; init; }

    public bool IsSuccess => Status is >= 200 and < 300;

    public bool IsRedirect => Status is >= 300 and < 400;

    public bool IsUnauthorized => Status == (int)HttpStatusCode.Unauthorized;

    /// <summary>Nothing is behind the path, or not for this method.</summary>
    public bool IsNowhere => Status is (int)HttpStatusCode.NotFound or (int)HttpStatusCode.MethodNotAllowed;

    public string? ContentType => Headers.TryGetValue("content-type", out var values) ? string.Join(", ", values) : null;

    /// <summary>What the remote did, as the predicate of a sentence.</summary>
    public string Words => Failure ?? $"answered {Status}";

    /// <summary>The beginning of the body, on one line and without tokens.</summary>
    public string Excerpt
    {
        get
        {
            var text = TokenMask.Hide(string.Join(' ', Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 4 * Shown)))
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
            return text.Length <= Shown ? text : $"{text[..Shown]}…";
        }
    }
}
