using System.Text;
using System.Text.Json.Nodes;
using ForgeOrleans.Verification.Playing;
using ForgeOrleans.Verification.Tokens;

namespace ForgeOrleans.Verification.Checks;

/// <summary>What all deliveries have in common: 2xx, and in time.</summary>
internal static class DeliveryDuty
{
    public const string Cure =
        "Store what is delivered, answer 2xx (202, or 204) at once, and work later: anything else, and anything later than 5 s, is a failed delivery, which the platform repeats 4 times and then drops.";

    /// <summary>Why a delivery would have failed; null when it is done.</summary>
    public static string? Complaint(RemoteAnswer answer) => answer.IsSuccess ? null : answer.IsUnauthorized ? "answered 401 to a good token" : answer.Words;

    /// <summary>Delivers something of every door, one after the other.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="doors">The doors.</param>
    /// <param name="none">What the manifest has none of when there are no doors.</param>
    /// <param name="bodies">What to deliver, each with a name for the report.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<Finding> EachAsync(
        Stage stage, IEnumerable<Door> doors, string none, Func<Door, IEnumerable<(string? Note, Door Door)>> bodies, CancellationToken ct)
    {
        var complaints = new Complaints();
        var isAny = false;
        foreach (var (note, door) in doors.SelectMany(bodies))
        {
            isAny = true;
            if (Complaint(await stage.CallAsync(door, ct)) is { } complaint)
                complaints.Add(door.Name, note is null ? complaint : $"{complaint} to {note}", door.Key);
        }
        return isAny ? complaints.ToFinding() : Finding.Skipped(Skips.None(none));
    }

    /// <summary>A door's delivery with more in its body, and without the members that are null.</summary>
    public static Door Plus(this Door door, JsonObject more) => door with { Body = Patch.Applied(door.Body!.AsObject(), more) };

    public static int Size(Door door) => Encoding.UTF8.GetByteCount(door.Body!.ToJsonString());
}
