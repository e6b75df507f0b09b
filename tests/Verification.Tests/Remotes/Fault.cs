namespace ForgeOrleans.Verification.Tests.Remotes;

/// <summary>What a sloppy remote does wrong.</summary>
public enum Fault
{
    None,

    // Tokens
    TakesAnySignature,
    TakesUnsignedTokens,
    TakesHs256WithPublicKey,
    TakesKeyOfTheToken,
    TakesCertificateOfTheToken,
    FetchesKeyServerOfTheToken,
    FollowsLabel,
    IgnoresLabel,
    IgnoresExpiry,
    NeedsNoExpiry,
    IgnoresNotBefore,
    IgnoresIssuer,
    IgnoresAudience,
    ComparesTheAudiencesBeginning,
    ReadsTokenFromQuery,
    LeavesEventsOpen,
    Answers403ToBadTokens,
    RefusesTokensThatCameBefore,
    InsistsOnBearer,

    // Good tokens
    NeedsContext,
    NeedsAppVersion,
    NeedsActiveLicense,
    NeedsShortEnvironmentId,
    RefusesUnknownClaims,
    Answers401ToNobody,
    TakesHeadersOf32KB,
    NeedsLongTraceIds,
    BreaksOnCallersHeaders,

    // Answers
    AnswersProblemDetails,
    AnswersHtmlToBrokenBodies,
    BreaksWithoutBody,
    AnswersPlainText,
    AnswersTooMuch,
    NeverAnswers,
    RedirectsToSlash,
    Answers405WithoutBody,
    Takes400KB,
    BreaksConnectionOfLargeBodies,
    EchoesToken,
    EchoesTokenPlainly,
    RedirectsWithToken,

    // Deliveries
    WorksBeforeItAnswers,
    RefusesUnknownFields,
    RefusesRetries,
    FailsOnDuplicates,
    NeedsOrder,
    NeedsKnownSite,
    TakesEventsOf100KB,
    ServesOneEventAtATime,
    NeedsEventType,
    TakesEventsOfUsers,
    FailsTriggers,
    FailsOnSecondTrigger,
    NeedsContextToken,
    NeedsKnownSiteForTriggers,
    NeedsInstaller,
    NeedsUpgrader,
    RefusesSecondInstall,
    RefusesReinstall,
    FailsPreUninstall,
    AnswersEnvelopePlainly,
    KnowsEnvelopesOnly,
    InventsMigrationCodes,
    NeedsMigrationId,

    // Sites
    SharesData,
    KeepsDataByCloudId,

    // Keys
    FetchesKeysOnce,
    FetchesKeysAlways,
    FetchesKeysForEachUnknownOne,
    KeepsRetiredKeys,
    WaitsForEveryFetch,
    DropsKeysWhenServerIsDown,
}
