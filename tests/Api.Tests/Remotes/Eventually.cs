namespace ForgeOrleans.Api.Tests.Remotes;

/// <summary>Waits for what has no signal of its own.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition)
    {
        for (var i = 0; i < 1_000; i++)
        {
            if (condition())
                return;
            await Task.Delay(10);
        }
        condition().ShouldBeTrue();
    }
}
