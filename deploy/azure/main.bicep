// A cluster on Azure Container Apps with its state in PostgreSQL: network, database, Key Vault, silos and web processes.
//
// READ FIRST. Silos and web processes talk to each other by the addresses of their replicas, past the ingress. Container Apps does
// not promise that: Microsoft's word is that replicas are reached by name only (github.com/microsoft/azure-container-apps/issues/531).
// Users report that it works on Dedicated workload profiles and fails about every second time on the Consumption profile of the
// same environment (issues 721 and 1119 there, of 2023 and 2024). So everything here runs on a Dedicated profile, and none of it was
// tried on Azure. Try it before you build on it (README.md says how); AKS with ../kubernetes is the supported way.

targetScope = 'resourceGroup'

@description('Start of all names.')
@minLength(3)
@maxLength(12)
param name string

param location string = resourceGroup().location

@description('The app.id of the app\'s manifest.')
param forgeAppId string

@description('Silos with the same id find each other.')
param clusterId string = name

@description('Never changes: reminders are kept by it.')
param serviceId string = name

@description('An existing registry in this resource group, which holds both images.')
param registryName string

@description('Repository and tag of the image of Dockerfile\'s target silo.')
param siloImage string

@description('Repository and tag of the image of Dockerfile\'s target web.')
param webImage string

@description('What keeps the state. AzureStorage makes a storage account that the managed identity may use; the program has no provider of that name yet, so until then only PostgreSQL runs.')
@allowed(['PostgreSQL', 'AzureStorage'])
param provider string = 'PostgreSQL'

@description('Of the user forge. Letters and digits, since it stands in a connection string.')
@secure()
param databasePassword string = ''

@description('A second database server in another zone. Not every region and no Burstable size has it.')
param databaseHighAvailability bool = false

param databaseSku { name: string, tier: 'Burstable' | 'GeneralPurpose' | 'MemoryOptimized' } = {
  name: 'Standard_D2ds_v5'
  tier: 'GeneralPurpose'
}

@description('Machines of the Dedicated profile. Two, so that silos do not all share one.')
@minValue(2)
param machines int = 2

@minValue(2)
param maxMachines int = 4

@minValue(2)
param minSilos int = 2

param maxSilos int = 4

@minValue(2)
param minWeb int = 2

param maxWeb int = 8

@description('Spreads the environment over zones, where the region has them. It may ask for three machines: to be tried.')
param zoneRedundant bool = false

var onPostgreSql = provider == 'PostgreSQL'
var unique = uniqueString(resourceGroup().id, name)
var profile = 'cluster'

// ---- Who the programs are ----

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: '${name}-identity'
  location: location
}

resource registry 'Microsoft.ContainerRegistry/registries@2023-07-01' existing = {
  name: registryName
}

var acrPull = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '7f951dda-4ed3-4680-a7ca-43fe172d538d')
var keyVaultSecretsUser = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-875b-0445c86b69e6')
var storageBlobDataContributor = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe')
var storageTableDataContributor = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3')

resource pullsImages 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(registry.id, identity.id, acrPull)
  scope: registry
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: acrPull
  }
}

// ---- Network ----

resource network 'Microsoft.Network/virtualNetworks@2023-11-01' = {
  name: '${name}-network'
  location: location
  properties: {
    addressSpace: {
      addressPrefixes: ['10.40.0.0/16']
    }
    subnets: [
      {
        name: 'apps'
        properties: {
          addressPrefix: '10.40.0.0/23'
          delegations: [
            { name: 'apps', properties: { serviceName: 'Microsoft.App/environments' } }
          ]
          serviceEndpoints: onPostgreSql ? [] : [
            { service: 'Microsoft.Storage' }
          ]
        }
      }
      {
        name: 'database'
        properties: {
          addressPrefix: '10.40.2.0/28'
          delegations: [
            { name: 'database', properties: { serviceName: 'Microsoft.DBforPostgreSQL/flexibleServers' } }
          ]
        }
      }
    ]
  }

  resource appsSubnet 'subnets' existing = {
    name: 'apps'
  }

  resource databaseSubnet 'subnets' existing = {
    name: 'database'
  }
}

// ---- PostgreSQL, reachable from the network only ----

resource databaseZone 'Microsoft.Network/privateDnsZones@2020-06-01' = if (onPostgreSql) {
  name: '${name}.private.postgres.database.azure.com'
  location: 'global'
}

resource databaseZoneLink 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = if (onPostgreSql) {
  parent: databaseZone
  name: 'network'
  location: 'global'
  properties: {
    registrationEnabled: false
    virtualNetwork: {
      id: network.id
    }
  }
}

resource database 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' = if (onPostgreSql) {
  name: '${name}-${unique}'
  location: location
  sku: databaseSku
  properties: {
    version: '17'
    administratorLogin: 'forge'
    administratorLoginPassword: databasePassword
    storage: {
      storageSizeGB: 64
      autoGrow: 'Enabled'
    }
    backup: {
      backupRetentionDays: 14
      geoRedundantBackup: 'Disabled'
    }
    highAvailability: {
      mode: databaseHighAvailability ? 'ZoneRedundant' : 'Disabled'
    }
    network: {
      delegatedSubnetResourceId: network::databaseSubnet.id
      privateDnsZoneArmResourceId: databaseZone.id
      publicNetworkAccess: 'Disabled'
    }
    // The program signs in with a password; it has no tokens of Entra for Npgsql yet.
    authConfig: {
      passwordAuth: 'Enabled'
      activeDirectoryAuth: 'Disabled'
    }
  }
  dependsOn: [databaseZoneLink]

  resource forge 'databases' = {
    name: 'forge'
    properties: {
      charset: 'UTF8'
      collation: 'en_US.utf8'
    }
  }
}

// ---- Azure Storage, for the identity only ----

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = if (!onPostgreSql) {
  name: take('${replace(toLower(name), '-', '')}${unique}', 24)
  location: location
  kind: 'StorageV2'
  sku: {
    name: 'Standard_ZRS'
  }
  properties: {
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    allowBlobPublicAccess: false
    // No keys: the managed identity is the only way in.
    allowSharedKeyAccess: false
    networkAcls: {
      defaultAction: 'Deny'
      bypass: 'None'
      virtualNetworkRules: [
        { id: network::appsSubnet.id }
      ]
    }
  }
}

resource usesTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!onPostgreSql) {
  name: guid(resourceGroup().id, name, identity.id, storageTableDataContributor)
  scope: storage
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: storageTableDataContributor
  }
}

resource usesBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!onPostgreSql) {
  name: guid(resourceGroup().id, name, identity.id, storageBlobDataContributor)
  scope: storage
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: storageBlobDataContributor
  }
}

// ---- The secret ----

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = if (onPostgreSql) {
  name: take('${name}-${unique}', 24)
  location: location
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
    // Open to the network, closed by roles. A private endpoint is stricter; whether Container Apps then still reads it is to be tried.
    publicNetworkAccess: 'Enabled'
  }

  resource connectionString 'secrets' = {
    name: 'forge-connection-string'
    properties: {
      // Silos and web processes times twice the pool must fit into the server's max_connections. No GSS: the image has no Kerberos library.
      value: 'Host=${database!.properties.fullyQualifiedDomainName};Database=forge;Username=forge;Password=${databasePassword};SSL Mode=VerifyFull;Maximum Pool Size=20;GSS Encryption Mode=Disable'
    }
  }
}

resource readsSecret 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (onPostgreSql) {
  name: guid(resourceGroup().id, name, identity.id, keyVaultSecretsUser)
  scope: vault
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: keyVaultSecretsUser
  }
}

// ---- Container Apps ----

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: '${name}-logs'
  location: location
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: 30
  }
}

resource cluster 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: '${name}-environment'
  location: location
  properties: {
    vnetConfiguration: {
      infrastructureSubnetId: network::appsSubnet.id
      internal: false
    }
    zoneRedundant: zoneRedundant
    workloadProfiles: [
      {
        name: profile
        workloadProfileType: 'D4'
        minimumCount: machines
        maximumCount: maxMachines
      }
    ]
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: logs.properties.customerId
        sharedKey: logs.listKeys().primarySharedKey
      }
    }
  }
}

var secrets = onPostgreSql ? [
  {
    name: 'connection-string'
    keyVaultUrl: vault::connectionString!.properties.secretUri
    identity: identity.id
  }
] : []

var settings = concat([
  { name: 'Forge__Apps__0__Id', value: forgeAppId }
  { name: 'Forge__Cluster__Provider', value: provider }
  { name: 'Forge__Cluster__ClusterId', value: clusterId }
  { name: 'Forge__Cluster__ServiceId', value: serviceId }
], onPostgreSql ? [
  { name: 'Forge__Cluster__ConnectionString', secretRef: 'connection-string' }
] : [
  // A proposal, see the parameter: the address of the tables, and whose identity to use.
  { name: 'Forge__Cluster__ConnectionString', value: storage!.properties.primaryEndpoints.table }
  { name: 'AZURE_CLIENT_ID', value: identity.properties.clientId }
])

// Container Apps takes no failureThreshold above 10. It has no read-only root and no capabilities to drop; the user comes from the image.
var probes = [
  { type: 'Startup', httpGet: { path: '/health/live', port: 8080 }, periodSeconds: 20, timeoutSeconds: 3, failureThreshold: 10 }
  { type: 'Liveness', httpGet: { path: '/health/live', port: 8080 }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 }
  { type: 'Readiness', httpGet: { path: '/health/ready', port: 8080 }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 }
]

resource silo 'Microsoft.App/containerApps@2024-03-01' = {
  name: '${name}-silo'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    environmentId: cluster.id
    workloadProfileName: profile
    configuration: {
      // A new revision's silos are all up before the old ones are told to stop, all of them together; each hands over what it has.
      activeRevisionsMode: 'Single'
      // No ingress: it would balance over the silos, and each must be reached by itself. Whether replicas without one are reached by
      // their addresses is the first thing to try; if not, give it an internal TCP ingress on 30000 with 11111 as additional port.
      registries: [
        { server: registry.properties.loginServer, identity: identity.id }
      ]
      secrets: secrets
    }
    template: {
      terminationGracePeriodSeconds: 30
      containers: [
        {
          name: 'silo'
          image: '${registry.properties.loginServer}/${siloImage}'
          // Forge__Cluster__AdvertisedAddress is not set: there is no variable with a replica's address, so the silo takes its host's
          // first one. Look into the table orleans_silo: 127.0.0.1 or 169.254.… there means that the replicas cannot find each other.
          env: concat(settings, [{ name: 'Forge__Role', value: 'Silo' }])
          probes: probes
          resources: {
            // A share of a machine of 4 processors and 16 GB, with room for the revision that comes next.
            cpu: json('0.5')
            memory: '1Gi'
          }
        }
      ]
      scale: {
        minReplicas: minSilos
        maxReplicas: maxSilos
        // By processor alone. How slowly it shrinks is the platform's to say (300 s).
        rules: [
          { name: 'cpu', custom: { type: 'cpu', metadata: { type: 'Utilization', value: '70' } } }
        ]
      }
    }
  }
  dependsOn: [database::forge, pullsImages, readsSecret, usesTables, usesBlobs]
}

resource web 'Microsoft.App/containerApps@2024-03-01' = {
  name: '${name}-web'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    environmentId: cluster.id
    // The silos' profile, too: see the top.
    workloadProfileName: profile
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: {
        external: true
        targetPort: 8080
        transport: 'http'
        allowInsecure: false
        traffic: [
          { latestRevision: true, weight: 100 }
        ]
        // To be tried: invocations bring up to 256 KB of request headers, and the ingress (Envoy) has a limit that cannot be set.
      }
      registries: [
        { server: registry.properties.loginServer, identity: identity.id }
      ]
      secrets: secrets
    }
    template: {
      terminationGracePeriodSeconds: 30
      containers: [
        {
          name: 'web'
          image: '${registry.properties.loginServer}/${webImage}'
          env: concat(settings, [{ name: 'Forge__Role', value: 'Api' }])
          probes: probes
          resources: {
            cpu: json('0.5')
            memory: '1Gi'
          }
        }
      ]
      scale: {
        minReplicas: minWeb
        maxReplicas: maxWeb
        rules: [
          { name: 'http', http: { metadata: { concurrentRequests: '50' } } }
        ]
      }
    }
  }
  dependsOn: [silo]
}

@description('What the manifest\'s remote points at.')
output address string = 'https://${web.properties.configuration.ingress.fqdn}'
output databaseHost string = onPostgreSql ? database!.properties.fullyQualifiedDomainName : ''
