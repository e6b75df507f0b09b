namespace ForgeOrleans.Verification;

/// <summary>What a remote must be configured with to trust the verifier's tokens.</summary>
/// <param name="AppId">The app's id: the audience of the tokens.</param>
/// <param name="JwksUrl">Where the keys are.</param>
/// <param name="ApiBaseUrl">What stands in for <c>https://api.atlassian.com</c>: product APIs, GraphQL, Forge storage.</param>
public sealed record RemoteConfiguration(string AppId, Uri JwksUrl, Uri ApiBaseUrl);
