namespace ForgeOrleans.Emulator.Limits;

/// <summary>What an endpoint has returned, for which a read is charged beyond its first point.</summary>
internal sealed class CallPoints
{
    private const int OfUser = 2;

    public int Value { get; private set; }

    public void Objects(int count) => Value += count;

    /// <summary>Users and groups cost twice as much.</summary>
    public void Users(int count) => Value += count * OfUser;
}

internal static class CallPointsOfRequest
{
    /// <summary>Tells how many objects the answer has.</summary>
    public static void Returns(this HttpContext http, int objects) => http.Features.Get<CallPoints>()?.Objects(objects);

    /// <summary>Tells how many users or groups the answer has.</summary>
    public static void ReturnsUsers(this HttpContext http, int users) => http.Features.Get<CallPoints>()?.Users(users);
}
