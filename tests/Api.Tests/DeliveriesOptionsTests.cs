using ForgeOrleans.Api.Tests.Remotes;

namespace ForgeOrleans.Api.Tests;

/// <summary>How work is run is configured within reason, or the start stops with a sentence that names the key.</summary>
public sealed class DeliveriesOptionsTests
{
    [Theory]
    [InlineData("Attempts", "0")]
    [InlineData("Attempts", "many")]
    [InlineData("PerSite", "0")]
    [InlineData("PerProcess", "-1")]
    [InlineData("MostWaiting", "0")]
    [InlineData("MostSchedules", "-1")]
    [InlineData("FirstRetry", "00:00:00")]
    [InlineData("FirstRetry", "00:16:00")]
    [InlineData("LongestRetry", "00:00:04")]
    [InlineData("LongestRetry", "2.00:00:00")]
    [InlineData("Lease", "00:00:04")]
    [InlineData("Lease", "02:00:00")]
    [InlineData("LongestSilence", "00:00:10")]
    [InlineData("LongestSilence", "60.00:00:00")]
    [InlineData("StopAfter", "-00:00:01")]
    [InlineData("StopAfter", "00:00:09")]
    public async Task A_value_that_cannot_be_meant_is_named(string key, string value)
    {
        var failure = await Should.ThrowAsync<ForgeConfigurationException>(async () =>
            await (await Remote.StartAsync(new RemoteSetup { Settings = new() { [$"Forge:Work:{key}"] = value } })).DisposeAsync());
        failure.Message.ShouldContain(key);
        failure.ToString().ShouldStartWith("ForgeOrleans cannot start: ");
    }

    [Theory]
    [InlineData("Attempts", "1")]
    [InlineData("Lease", "00:00:05")]
    [InlineData("StopAfter", "00:00:00")]
    [InlineData("MostSchedules", "0")]
    public async Task The_least_that_can_be_meant_is_taken(string key, string value) =>
        await (await Remote.StartAsync(new RemoteSetup { Settings = new() { [$"Forge:Work:{key}"] = value } })).DisposeAsync();
}
